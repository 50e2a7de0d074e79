/// What was seen of a face when it was enrolled; everything is absent where only a vector was handed in.
package struct FaceDetails: Sendable, Equatable {
    /// Pixels of the upright source image.
    package struct Box: Sendable, Equatable {
        package let x: Float
        package let y: Float
        package let width: Float
        package let height: Float

        package init(x: Float, y: Float, width: Float, height: Float) {
            self.x = x
            self.y = y
            self.width = width
            self.height = height
        }
    }

    /// Pixels of the upright source image.
    package struct Landmark: Sendable, Equatable {
        package let x: Float
        package let y: Float

        package init(x: Float, y: Float) {
            self.x = x
            self.y = y
        }
    }

    /// The measures of the `Quality` object, but for the embedding's norm, which is the face's own.
    package struct Quality: Sendable, Equatable {
        package let sharpness: Float
        package let faceSize: Float
        /// Degrees.
        package let yaw: Float
        /// Degrees.
        package let pitch: Float
        /// Degrees.
        package let roll: Float

        package init(sharpness: Float, faceSize: Float, yaw: Float, pitch: Float, roll: Float) {
            self.sharpness = sharpness
            self.faceSize = faceSize
            self.yaw = yaw
            self.pitch = pitch
            self.roll = roll
        }
    }

    package var box: Box?
    /// The detector's, 0 to 1.
    package var score: Float?
    /// Left eye, right eye, nose, left and right mouth corner; or none.
    package var landmarks: [Landmark]
    package var quality: Quality?

    package init(box: Box? = nil, score: Float? = nil, landmarks: [Landmark] = [], quality: Quality? = nil) {
        self.box = box
        self.score = score
        self.landmarks = landmarks
        self.quality = quality
    }
}

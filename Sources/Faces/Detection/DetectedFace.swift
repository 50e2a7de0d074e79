/// A face as a detector found it, in pixels of the upright image.
package struct DetectedFace: Sendable, Equatable {
    /// Not clipped: it may reach past the border of the image.
    package var box: Box
    /// The detector's confidence, 0...1.
    package var score: Float
    /// Left eye, right eye, nose, left and right mouth corner, as seen in a picture that stands upright;
    /// always five.
    ///
    /// In a picture that had to be turned to find the face, the order follows the face.
    package var landmarks: [Point]

    /// Traps unless there are five landmarks.
    package init(box: Box, score: Float, landmarks: [Point]) {
        precondition(landmarks.count == Self.landmarkCount)
        self.box = box
        self.score = score
        self.landmarks = landmarks
    }

    /// Eyes, nose and mouth corners.
    package static let landmarkCount = 5
}

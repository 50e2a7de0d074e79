import Imaging

/// How far a face can be trusted. Nothing here is a verdict: limits are the caller's.
package struct FaceQuality: Sendable, Equatable {
    /// Length of the raw embedding.
    package let embeddingNorm: Float
    /// Variance of the Laplacian of the aligned crop's luma (grey levels squared); blur makes it small.
    package let sharpness: Float
    /// Pixels of the shorter side of the face's box in the upright image.
    package let faceSize: Float
    /// Degrees, positive when the nose points to the right of the picture; an estimate from five landmarks.
    package let yaw: Float
    /// Degrees, positive when the face looks up; an estimate from five landmarks.
    package let pitch: Float
    /// Degrees, positive when the head is turned clockwise as seen in the picture.
    package let roll: Float

    package init(
        embeddingNorm: Float, sharpness: Float, faceSize: Float, yaw: Float, pitch: Float, roll: Float
    ) {
        self.embeddingNorm = embeddingNorm
        self.sharpness = sharpness
        self.faceSize = faceSize
        self.yaw = yaw
        self.pitch = pitch
        self.roll = roll
    }

    /// Measures an aligned crop and the face that it was cut from.
    ///
    /// The pose is read from the landmarks in the source image, so that roll is that of the photograph.
    package init(of crop: AlignedCrop, embeddingNorm: Float) {
        let pose = FacePose(landmarks: crop.face.landmarks)
        self.init(
            embeddingNorm: embeddingNorm, sharpness: Float(crop.image.laplacianVariance()),
            faceSize: crop.face.box.shorterSide, yaw: pose.yaw, pitch: pose.pitch, roll: pose.roll)
    }
}

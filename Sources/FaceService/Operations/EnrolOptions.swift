package import Gallery

/// What an enrolment takes and what it rejects.
package struct EnrolOptions: Sendable {
    /// Faces that are enrolled of one image at most.
    package var maxFaces = 1
    /// An image with more faces than `maxFaces` gives its largest ones instead of `multiple_faces`.
    package var selectsLargest = false
    /// One rejected input rejects all.
    package var isAtomic = false
    /// A face that is nearer to another identity is rejected.
    package var rejectsConflicts = false
    package var minScore: Float?
    /// Pixels; smaller faces do not count as faces of the image.
    package var minSize: Float = 0
    package var aligned = false
    /// Pixels of the shorter side of the box.
    package var minFaceSize: Float?
    /// Variance of the Laplacian of the aligned crop.
    package var minSharpness: Float?
    /// Degrees to either side.
    package var maxYaw: Float?
    package var maxPitch: Float?
    package var maxRoll: Float?
    /// Kept with each face.
    package var metadata = JSONObjectText.empty

    package init() {}

    /// The name of an option given that only an image can be held to; nil without one.
    var gateForImages: String? {
        let gates: [(String, Bool)] = [
            ("min_score", minScore != nil), ("min_size", minSize > 0), ("min_face_size", minFaceSize != nil),
            ("min_sharpness", minSharpness != nil), ("max_yaw", maxYaw != nil),
            ("max_pitch", maxPitch != nil), ("max_roll", maxRoll != nil),
        ]
        return gates.first(where: \.1)?.0
    }

    /// All faces of an image count, so that several are noticed, and none is embedded in vain.
    var detection: FaceOptions {
        var options = FaceOptions()
        if selectsLargest { options.maxFaces = maxFaces } else { options.refusesOver = maxFaces }
        options.minScore = minScore
        options.minSize = minSize
        options.aligned = aligned
        return options
    }
}

/// What a network makes of a picture of the self-test, as another engine computed it.
package enum GoldenAnswer: Sendable, Equatable {
    /// A recogniser's vector for the aligned face, of any length but 0.
    case embedding([Float])
    /// A detector's faces in pixels of the portrait, at a detector size of `detectorSize`.
    case faces([DetectedFace])

    /// Pixels of the square that the portrait is scaled into.
    package static let detectorSize = 320

    /// Pixels of each side of the aligned face; other recognisers are tested without it.
    package static let faceSide = 112
}

import Kernels

/// What stands for a face in a request: an image file or a vector made earlier.
package enum FaceInput: Sendable, Equatable {
    case image([UInt8])
    case embedding([Float])

    var isEmbedding: Bool { if case .embedding = self { true } else { false } }
}

/// What a caller wants of the faces in an image.
package struct FaceOptions: Sendable, Equatable {
    /// At most this many, largest first; nil for all.
    package var maxFaces: Int?
    /// An image with more faces is refused before any of them is embedded; nil where only
    /// `inference.max_faces` counts.
    package var refusesOver: Int?
    /// Detector score, 0 to 1; nil for the detector's own.
    package var minScore: Float?
    /// Pixels of the shorter side of a box.
    package var minSize: Float = 0
    /// The image is an aligned crop already.
    package var aligned = false
    /// The answer carries the aligned crop.
    package var crop = false

    package init() {}
}

/// An embedding from outside that passed: of the model's dimension, finite, of length 1.
enum EmbeddingCheck {
    /// The vector scaled to length 1; throws `embedding_invalid`.
    static func unit(_ vector: [Float], dimension: Int) throws -> [Float] {
        guard vector.count == dimension else {
            throw Problem(
                .embeddingInvalid,
                "the embedding has \(vector.count) numbers, but the model makes \(dimension)")
        }
        guard vector.allSatisfy(\.isFinite) else {
            throw Problem(.embeddingInvalid, "the embedding has a number that is not finite")
        }
        let length = UnitLength.of(vector)
        guard UnitLength.holds(length) else {
            throw Problem(
                .embeddingInvalid,
                "the embedding is not L2-normalised: its length is not within \(UnitLength.tolerance) of 1")
        }
        return UnitLength.scaled(vector, from: length)
    }
}

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
    /// An image with more faces is refused before any of them is embedded; nil where only `inference.max_faces` counts.
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
    /// How far from 1 the length may be: float16 and four-decimal text pass, a vector that nobody normalised
    /// doesn't.
    static let tolerance = 0.01
    /// What float32 rounding makes of a unit vector; such a vector keeps its bits, so that an export goes
    /// back in unchanged.
    static let rounding = 1e-6

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
        let norm = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard abs(norm - 1) <= tolerance else {
            throw Problem(
                .embeddingInvalid,
                "the embedding is not L2-normalised: its length is not within \(tolerance) of 1")
        }
        return abs(norm - 1) <= rounding ? vector : vector.map { Float(Double($0) / norm) }
    }
}

/// What the searched faces of an identity have in common.
package struct MeanFace: Sendable, Equatable {
    /// The direction of the sum of their embeddings, unit length.
    package let embedding: [Float]
    /// Mean length of the raw embeddings of those faces whose is known; nil where none is.
    package let norm: Float?
}

/// What a recogniser makes of one aligned crop.
package struct FaceEmbedding: Sendable, Equatable {
    /// Unit length, as many numbers as the model's `dimension`.
    package let vector: [Float]
    /// Length of the vector before it was normalised; small for blurred or occluded faces in most ArcFace models.
    package let norm: Float

    package init(vector: [Float], norm: Float) {
        self.vector = vector
        self.norm = norm
    }
}

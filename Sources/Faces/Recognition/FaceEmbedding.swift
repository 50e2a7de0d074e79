/// What a recogniser makes of one aligned crop.
package struct FaceEmbedding: Sendable, Equatable {
    /// Unit length, as many numbers as the model's `dimension`.
    package let vector: [Float]
    /// Length of the vector before it was normalised; small for blurred or occluded faces in most ArcFace
    /// models.
    package let norm: Float

    package init(vector: [Float], norm: Float) {
        self.vector = vector
        self.norm = norm
    }

    /// Normalises a network's answer; nil when its length is zero or any number is not finite.
    package init?(raw: some Collection<Float>) {
        // In double: the squares of large floats would overflow, those of small ones vanish.
        let norm = raw.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard norm.isFinite, norm > Double(Float.leastNormalMagnitude), Float(norm).isFinite else {
            return nil
        }
        self.init(vector: raw.map { Float(Double($0) / norm) }, norm: Float(norm))
    }
}

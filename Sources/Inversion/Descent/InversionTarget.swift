import Kernels

/// The embedding that the picture is to have.
package struct InversionTarget: Sendable {
    /// Of length 1.
    package let direction: [Float]
    /// The length that the network's own answer had; nil where it is not known.
    package let norm: Float?

    /// - Parameters:
    ///   - embedding: of any length over 0. One that is not of length 1 is taken for a network's raw answer,
    ///     whose length counts unless a `norm` is given.
    ///   - norm: the raw answer's length.
    /// - Throws: `targetInvalid`.
    package init(embedding: [Float], norm: Float? = nil) throws(InversionError) {
        guard embedding.allSatisfy(\.isFinite) else {
            throw .targetInvalid(reason: "it has a number that is not finite")
        }
        let length = UnitLength.of(embedding)
        guard length > Double(Float.leastNormalMagnitude), Float(length).isFinite else {
            throw .targetInvalid(reason: embedding.isEmpty ? "it has no numbers" : "it has no direction")
        }
        if let norm, !(norm.isFinite && norm > 0) {
            throw .targetInvalid(reason: "the norm that it should have is not a number over 0")
        }
        direction = embedding.map { Float(Double($0) / length) }
        self.norm = norm ?? (UnitLength.holds(length) ? nil : Float(length))
    }

    /// The direction with another length.
    func scaled(to norm: Float) -> [Float] { direction.map { $0 * norm } }

    /// The cosine with a network's answer; 0 for one without a direction.
    func cosine(with output: [Float]) -> Float {
        precondition(output.count == direction.count)
        var (product, square) = (0.0, 0.0)
        for (a, b) in zip(output, direction) {
            product += Double(a) * Double(b)
            square += Double(a) * Double(a)
        }
        return square > 0 ? Float(product / square.squareRoot()) : 0
    }
}

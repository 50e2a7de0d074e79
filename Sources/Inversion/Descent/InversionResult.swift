package import Imaging

/// The picture that a descent ended with.
package struct InversionResult: Sendable {
    package let image: Image
    /// The cosine of the embedding asked for with that which the attacked network gives `image`: its 8 bits,
    /// upright, not mirrored. It says that the descent came down, not that the person can be recognised:
    /// noise gets there too.
    package let cosine: Float
    /// The length of the network's raw answer to `image`.
    package let norm: Float
    /// The length that the descent aimed at; nil where only the direction counted.
    package let targetNorm: Float?
    /// The parts of the loss, weighted, before the last step.
    package let losses: Losses
    package let iterations: Int

    /// The parts of what a descent makes small, each with its weight.
    package struct Losses: Sendable, Equatable {
        package var embedding: Float = 0
        package var statistics: Float = 0
        package var variation: Float = 0
        package var length: Float = 0

        package var sum: Float { embedding + statistics + variation + length }
    }
}

/// Where a descent stands.
package struct InversionProgress: Sendable {
    /// Steps done.
    package let iteration: Int
    /// Steps in all.
    package let iterations: Int
    /// Before the last step.
    package let losses: InversionResult.Losses
}

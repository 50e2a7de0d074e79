/// A face that a search found.
package struct Match: Sendable, Hashable {
    /// The face's key.
    package let key: Int64

    /// Whose face it is.
    package let owner: Int64

    /// The inner product with the probe; the cosine where both are unit vectors. Not clamped.
    package let similarity: Float
}

/// A face that a search found.
package struct Match: Sendable, Hashable {
    /// The face's key.
    package let key: Int64

    /// Whose face it is.
    package let owner: Int64

    /// The inner product with the probe; the cosine where both are unit vectors. Not clamped: rounding may
    /// leave it a little above 1.
    package let similarity: Float

    /// Whether this ranks before `other`: more similar, or as similar with a lower key.
    func precedes(_ other: Match) -> Bool {
        similarity != other.similarity ? similarity > other.similarity : key < other.key
    }
}

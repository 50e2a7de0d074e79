/// What the index refuses.
package enum VectorSearchError: Error, Sendable, Hashable {
    case dimensionMismatch(expected: Int, found: Int)
    /// A vector held NaN or an infinity.
    case notFinite
    /// The key is in the index already.
    case keyExists(Int64)
}

import Foundation
import VectorSearch

/// Similarity as the contract defines it: the raw cosine, and its arc cosine in degrees.
enum Cosine {
    /// Of two unit vectors of the same length, to the bit what a search of a gallery finds; clamped to what
    /// rounding may pass by.
    static func similarity(_ one: [Float], _ other: [Float]) -> Float {
        min(1, max(-1, InnerProduct.of(one, other)))
    }

    /// Where the most similar vectors of two lists stand, none of which is empty; the first of equal pairs.
    static func mostAlike(
        _ one: [[Float]], _ other: [[Float]]
    ) -> (first: Int, second: Int, similarity: Float) {
        let best = InnerProduct.largest(one, other)
        return (best.first, best.second, min(1, max(-1, best.product)))
    }

    /// Degrees, 0 to 180.
    static func degrees(_ similarity: Float) -> Double {
        acos(min(1, max(-1, Double(similarity)))) * 180 / .pi
    }
}

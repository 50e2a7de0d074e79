import Foundation
import VectorSearch

/// Similarity as the contract defines it: the raw cosine, and its arc cosine in degrees.
enum Cosine {
    /// Of two unit vectors of the same length, to the bit what a search of a gallery finds; clamped to what rounding may
    /// pass by.
    static func similarity(_ one: [Float], _ other: [Float]) -> Float {
        min(1, max(-1, InnerProduct.of(one, other)))
    }

    /// Degrees, 0 to 180.
    static func degrees(_ similarity: Float) -> Double {
        acos(min(1, max(-1, Double(similarity)))) * 180 / .pi
    }
}

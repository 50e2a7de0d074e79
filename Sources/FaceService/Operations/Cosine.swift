import Foundation

/// Similarity as the contract defines it: the raw cosine, and its arc cosine in degrees.
enum Cosine {
    /// Of two unit vectors of the same length, summed in double; clamped to what rounding may pass by.
    static func similarity(_ one: [Float], _ other: [Float]) -> Float {
        precondition(one.count == other.count, "vectors of different models are never compared")
        var sum = 0.0
        for index in one.indices { sum += Double(one[index]) * Double(other[index]) }
        return Float(min(1, max(-1, sum)))
    }

    /// Degrees, 0 to 180.
    static func degrees(_ similarity: Float) -> Double {
        acos(min(1, max(-1, Double(similarity)))) * 180 / .pi
    }
}

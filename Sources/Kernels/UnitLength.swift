/// What passes for length 1, wherever an embedding comes in or is read back.
///
/// There is one answer for all: what one part takes in, another must not refuse later.
package enum UnitLength {
    /// How far from 1 a length may be: float16 and four-decimal text pass, a vector that nobody normalised
    /// doesn't.
    package static let tolerance = 0.01
    /// How far float32 rounding takes a unit vector's length from 1.
    private static let rounding = 1e-6

    /// The length of `vector`, summed in float64; not finite where one of its numbers isn't.
    package static func of(_ vector: [Float]) -> Double {
        vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }

    /// Whether a vector of this length counts as one of length 1. None that is not finite does.
    package static func holds(_ length: Double) -> Bool { abs(length - 1) <= tolerance }

    /// `vector`, which has this length, scaled to length 1. One that only rounding keeps from it keeps its
    /// bits, so that an export goes back in unchanged.
    package static func scaled(_ vector: [Float], from length: Double) -> [Float] {
        abs(length - 1) <= rounding ? vector : vector.map { Float(Double($0) / length) }
    }
}

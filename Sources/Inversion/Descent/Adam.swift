import Foundation

/// Adam (Kingma and Ba, ICLR 2015, algorithm 1) on an array of floats.
package struct Adam: Sendable {
    /// Keeps a pixel that never had a gradient from being divided by zero (the paper's).
    package static let epsilon = 1e-8

    private let momentumDecay, squareDecay: Double
    private var momentum: [Float]
    private var squares: [Float]
    private var steps = 0

    package init(count: Int, momentumDecay: Double = 0.9, squareDecay: Double = 0.999) {
        (self.momentumDecay, self.squareDecay) = (momentumDecay, squareDecay)
        momentum = [Float](repeating: 0, count: count)
        squares = momentum
    }

    /// Moves `values` one step of `rate` against `gradient`. Traps unless both have the count it was made
    /// for.
    package mutating func step(_ values: inout [Float], gradient: [Float], rate: Double) {
        precondition(values.count == momentum.count && gradient.count == momentum.count)
        steps += 1
        let (b1, b2) = (Float(momentumDecay), Float(squareDecay))
        // The paper's corrections of both means, put into two factors.
        let correction = 1 - pow(momentumDecay, Double(steps))
        let squareCorrection = Float(1 / (1 - pow(squareDecay, Double(steps))))
        let length = Float(rate / correction)
        for index in values.indices {
            let g = gradient[index]
            momentum[index] = b1 * momentum[index] + (1 - b1) * g
            squares[index] = b2 * squares[index] + (1 - b2) * g * g
            let scale = (squares[index] * squareCorrection).squareRoot() + Float(Self.epsilon)
            values[index] -= length * momentum[index] / scale
        }
    }
}

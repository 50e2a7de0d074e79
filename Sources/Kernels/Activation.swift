/// The function at the end of a fused operator.
package enum Activation: Sendable, Hashable {
    case none
    case relu
    case leakyRelu(alpha: Float)
    /// `min(max(x, low), high)`.
    case clip(low: Float, high: Float)
    /// One slope for each output channel.
    case prelu(slopes: [Float])
    case sigmoid
    /// `x / (1 + e^-x)`.
    case silu
    /// `max(0, min(1, alpha x + beta))`.
    case hardSigmoid(alpha: Float, beta: Float)
    /// `x max(0, min(1, x / 6 + 1/2))`.
    case hardSwish
    case tanh, erf
    /// `x / 2 (1 + erf(x / sqrt 2))`.
    case gelu
    /// The same with a hyperbolic tangent in the place of `erf`.
    case geluByTangent
    /// What the function gives, rounded. `quantized(_:)` makes it.
    indirect case quantized(Activation, FakeQuantization)

    /// Whether it is another function in every channel.
    package var isPerChannel: Bool { if case .prelu = base { true } else { false } }
}

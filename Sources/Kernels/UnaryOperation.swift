/// A function of one element.
package enum UnaryOperation: Sendable, Hashable {
    case relu
    case leakyRelu(alpha: Float)
    /// `x` above 0, else `alpha (e^x - 1)`.
    case elu(alpha: Float)
    /// `x` above 0, else `alpha (e^(x / alpha) - 1)`.
    case celu(alpha: Float)
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
    case exp, log, sqrt, reciprocal, cos, sin
    /// `log(1 + e^x)`.
    case softplus
    case negate, absolute, floor, ceil
    /// To the nearest integer, halves to the even one.
    case round
    /// -1, 0 or 1.
    case sign
    /// `min(max(x, low), high)`.
    case clip(low: Float, high: Float)
}

import CKernels

/// Bias, residual and activation, as they stand at the end of every fused operator.
struct Epilogue: @unchecked Sendable {
    // Unchecked for the C value, which is three plain numbers.
    private let activation: ck_activation
    private let slopes: [Float]?
    private let bias: [Float]?
    private let table: KernelTable

    /// Whether there is nothing to do where there is no residual.
    let isIdentity: Bool

    /// Traps when bias or PReLU slopes are not one a channel.
    init(_ activation: Activation, channels: Int, bias: [Float]?, table: KernelTable) {
        if let bias { precondition(bias.count == channels, "\(bias.count) biases, \(channels) channels") }
        self.table = table
        self.bias = bias
        if case .prelu(let slopes) = activation.base {
            precondition(slopes.count == channels, "\(slopes.count) slopes, \(channels) channels")
            self.slopes = slopes
        } else {
            slopes = nil
        }
        self.activation = ck_activation(activation)
        isIdentity = activation == .none && bias == nil
    }

    /// The same bias before another activation.
    func with(activation: Activation, channels: Int) -> Epilogue {
        Epilogue(activation, channels: channels, bias: bias, table: table)
    }

    /// `output = activation(input + bias + residual)` for elements of one channel; `output` may be either
    /// input.
    func apply(
        channel: Int, input: UnsafePointer<Float>, residual: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, count: Int
    ) {
        var activation = activation
        if let slopes { activation.a = slopes[channel] }
        table.functions.pointee.epilogue(input, residual, output, count, bias?[channel] ?? 0, activation)
    }
}

extension ck_activation {
    /// The C form; a PReLU is a leaky one whose slope is set channel by channel.
    init(_ activation: Activation) {
        let (function, a, b): (ck_function, Float, Float) =
            switch activation.base {
            case .none, .quantized: (CK_IDENTITY, 0, 0)
            case .relu: (CK_CLIP, 0, .infinity)
            case .leakyRelu(let alpha): (CK_LEAKY, alpha, 0)
            case .clip(let low, let high): (CK_CLIP, low, high)
            case .prelu: (CK_LEAKY, 0, 0)
            case .sigmoid: (CK_SIGMOID, 0, 0)
            case .silu: (CK_SILU, 0, 0)
            case .hardSigmoid(let alpha, let beta): (CK_HARD_SIGMOID, alpha, beta)
            case .hardSwish: (CK_HARD_SWISH, 0, 0)
            case .tanh: (CK_TANH, 0, 0)
            case .erf: (CK_ERF, 0, 0)
            case .gelu: (CK_GELU, 0, 0)
            case .geluByTangent: (CK_GELU_TANH, 0, 0)
            }
        self.init(function: function, a: a, b: b, grid: ck_grid(activation.rounding))
    }
}

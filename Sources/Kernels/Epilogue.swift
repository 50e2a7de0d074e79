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
        if case .prelu(let slopes) = activation {
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
        switch activation {
        case .none: self.init(function: CK_IDENTITY, a: 0, b: 0)
        case .relu: self.init(function: CK_CLIP, a: 0, b: .infinity)
        case .leakyRelu(let alpha): self.init(function: CK_LEAKY, a: alpha, b: 0)
        case .clip(let low, let high): self.init(function: CK_CLIP, a: low, b: high)
        case .prelu: self.init(function: CK_LEAKY, a: 0, b: 0)
        case .sigmoid: self.init(function: CK_SIGMOID, a: 0, b: 0)
        case .silu: self.init(function: CK_SILU, a: 0, b: 0)
        case .hardSigmoid(let alpha, let beta): self.init(function: CK_HARD_SIGMOID, a: alpha, b: beta)
        case .hardSwish: self.init(function: CK_HARD_SWISH, a: 0, b: 0)
        case .tanh: self.init(function: CK_TANH, a: 0, b: 0)
        case .erf: self.init(function: CK_ERF, a: 0, b: 0)
        case .gelu: self.init(function: CK_GELU, a: 0, b: 0)
        case .geluByTangent: self.init(function: CK_GELU_TANH, a: 0, b: 0)
        }
    }
}

import CKernels

/// Bias and activation at the end of a convolution over channel blocks.
///
/// Unchecked for the C value inside, which is plain numbers: it points into the buffers beside it.
struct BlockedFinish: @unchecked Sendable {
    private let bias: AlignedBuffer
    private let slopes: AlignedBuffer?
    private let clip: (low: Float, high: Float)?
    /// What is done in the registers after that.
    private let rounding: FakeQuantization?
    /// What is applied to each piece once it is written.
    private let rest: Activation

    /// Whether there is such a function: a pool in the kernel would have to come after it.
    var hasRest: Bool { rest != .none }

    /// Traps when bias or PReLU slopes are not one a channel.
    init(channels: Int, bias: [Float]?, activation: Activation) {
        if let bias { precondition(bias.count == channels, "\(bias.count) biases, \(channels) channels") }
        self.init(
            bias: BlockedFinish.padded(bias ?? [], channels: channels), channels: channels,
            activation: activation)
    }

    private init(bias: AlignedBuffer, channels: Int, activation: Activation) {
        self.bias = bias
        var (slopes, clip, rest): (AlignedBuffer?, (Float, Float)?, Activation) = (nil, nil, .none)
        switch activation.base {
        case .none, .quantized: break
        case .relu: clip = (0, .infinity)
        case .clip(let low, let high): clip = (low, high)
        case .leakyRelu(let alpha):
            slopes = BlockedFinish.padded(Array(repeating: alpha, count: channels), channels: channels)
        case .prelu(let values):
            precondition(values.count == channels, "\(values.count) slopes, \(channels) channels")
            slopes = BlockedFinish.padded(values, channels: channels)
        case .sigmoid, .silu, .hardSigmoid, .hardSwish, .tanh, .erf, .gelu, .geluByTangent: rest = activation
        }
        let rounding = rest == .none ? activation.rounding : nil
        if let rounding {
            let bounds = rounding.behindClip(low: clip?.0 ?? -.infinity, high: clip?.1 ?? .infinity)
            clip = (bounds.low, bounds.high)
        }
        (self.slopes, self.clip, self.rounding, self.rest) = (slopes, clip, rounding, rest)
    }

    /// The same bias before another activation.
    func with(activation: Activation, channels: Int) -> BlockedFinish {
        BlockedFinish(bias: bias, channels: channels, activation: activation)
    }

    /// Lends the C form.
    func withKernelForm<R>(_ body: (UnsafePointer<ck_finish>) -> R) -> R {
        defer { withExtendedLifetime(self) {} }
        var form = ck_finish(
            bias: bias.floats, slope: slopes.map { UnsafePointer($0.floats) }, clips: clip == nil ? 0 : 1,
            low: clip?.low ?? 0, high: clip?.high ?? 0, grid: ck_grid(rounding), rest: ck_activation(rest))
        return body(&form)
    }

    /// The values of whole blocks, zero past `channels`.
    static func padded(_ values: [Float], channels: Int) -> AlignedBuffer {
        let count = ChannelBlocks.count(channels) * ChannelBlocks.width
        let buffer = AlignedBuffer(byteCount: count * MemoryLayout<Float>.stride)
        for index in 0..<count { buffer.floats[index] = index < values.count ? values[index] : 0 }
        return buffer
    }
}

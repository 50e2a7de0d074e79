/// Weights in the order in which the kernels over channel blocks read them; channels that are not there are zero.
enum BlockedWeights {
    private static let width = ChannelBlocks.width

    /// `[output blocks][input / inner][kernel rows][kernel columns][inner][16]`.
    static func direct(
        _ parameters: ConvolutionParameters, _ weights: UnsafePointer<Float>, inner: Int
    ) -> AlignedBuffer {
        let (inputs, outputs) = (parameters.inputChannels, parameters.outputChannels)
        let taps = parameters.kernelHeight * parameters.kernelWidth
        let groups = (inputs + inner - 1) / inner
        return zeros(ChannelBlocks.count(outputs) * groups * taps * inner * width) { packed in
            for output in 0..<outputs {
                for input in 0..<inputs {
                    for tap in 0..<taps {
                        let group = (output / width * groups + input / inner) * taps + tap
                        packed[(group * inner + input % inner) * width + output % width] =
                            weights[(output * inputs + input) * taps + tap]
                    }
                }
            }
        }
    }

    /// `[blocks][kernel rows][kernel columns][16]`.
    static func depthwise(
        _ parameters: ConvolutionParameters, _ weights: UnsafePointer<Float>
    ) -> AlignedBuffer {
        let (channels, taps) = (parameters.outputChannels, parameters.kernelHeight * parameters.kernelWidth)
        return zeros(ChannelBlocks.count(channels) * taps * width) { packed in
            for channel in 0..<channels {
                for tap in 0..<taps {
                    packed[(channel / width * taps + tap) * width + channel % width] =
                        weights[channel * taps + tap]
                }
            }
        }
    }

    /// `[output blocks][36 points][input blocks][16][16]`: G g G^T of every kernel, computed in double.
    static func winograd(
        _ parameters: ConvolutionParameters, _ weights: UnsafePointer<Float>
    ) -> AlignedBuffer {
        let (inputs, outputs) = (parameters.inputChannels, parameters.outputChannels)
        let blocks = ChannelBlocks.count(inputs)
        let matrix = winogradMatrix
        return zeros(ChannelBlocks.count(outputs) * 36 * blocks * width * width) { packed in
            for output in 0..<outputs {
                for input in 0..<inputs {
                    let kernel = weights + (output * inputs + input) * 9
                    for row in 0..<6 {
                        let (a, b, c) = matrix[row]
                        let (x, y, z) = (
                            a * Double(kernel[0]) + b * Double(kernel[3]) + c * Double(kernel[6]),
                            a * Double(kernel[1]) + b * Double(kernel[4]) + c * Double(kernel[7]),
                            a * Double(kernel[2]) + b * Double(kernel[5]) + c * Double(kernel[8])
                        )
                        for column in 0..<6 {
                            let (p, q, r) = matrix[column]
                            let point = output / width * 36 + row * 6 + column
                            packed[
                                ((point * blocks + input / width) * width + input % width) * width
                                    + output % width] = Float(p * x + q * y + r * z)
                        }
                    }
                }
            }
        }
    }

    /// Rows `(1, p, p^2) / product of (p - q)` over the other finite points q, and the point at infinity; winograd.h has
    /// the matching transforms of input and output.
    private static let winogradMatrix: [(Double, Double, Double)] = {
        let points = [0, 0.75, -0.75, 1.5, -1.5]
        let finite = points.map { p in
            let scale = points.filter { $0 != p }.reduce(1) { $0 * (p - $1) }
            return (1 / scale, p / scale, p * p / scale)
        }
        return finite + [(0, 0, 1)]
    }()

    private static func zeros(_ count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) -> AlignedBuffer {
        let buffer = AlignedBuffer(byteCount: count * MemoryLayout<Float>.stride)
        for index in 0..<count { buffer.floats[index] = 0 }
        fill(buffer.floats)
        return buffer
    }
}

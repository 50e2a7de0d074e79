import Foundation

/// What the derivatives of a network's layers do to each element, with numbers of its channel.
package enum ChannelDerivatives {
    /// `output = incoming + shift + scale x`; without `incoming` as if that were zero. `output` may be any of
    /// the inputs.
    package static func affine(
        _ layout: ChannelLayout, scale: [Float], shift: [Float]?, _ x: UnsafePointer<Float>,
        adding incoming: UnsafePointer<Float>?, _ output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        // Channels that only fill a block stay finite: nothing is added to them.
        let scales = layout.padded(scale, filling: 0)
        let shifts = layout.padded(shift ?? scale.map { _ in 0 }, filling: 0)
        let lanes = layout.lanes
        layout.eachRun(pool) { offset, channel in
            let (x, y) = (x + offset, output + offset)
            let from = incoming.map { $0 + offset }
            each(lanes, layout.plane, scales, shifts, channel) { index, scale, shift in
                y[index] = (from?[index] ?? 0) + (shift + scale * x[index])
            }
        }
    }

    /// `output = incoming` times the derivative of `activation` at `x`. At a kink it is that of the right
    /// side, but for `clip`, which lets nothing through at its bounds. `output` may be either input.
    package static func activation(
        _ activation: Activation, _ layout: ChannelLayout, at x: UnsafePointer<Float>,
        _ incoming: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        @inline(__always) func flat(_ derivative: (Float) -> Float) {
            pool.runRanges(layout.count, grain: Broadcast.grain) { range in
                for index in range { output[index] = incoming[index] * derivative(x[index]) }
            }
        }
        switch activation {
        case .quantized: preconditionFailure("steps have no derivative")
        case .none: flat { _ in 1 }
        case .relu: flat { $0 < 0 ? 0 : 1 }
        case .leakyRelu(let alpha): flat { $0 < 0 ? alpha : 1 }
        case .clip(let low, let high): flat { $0 > low && $0 < high ? 1 : 0 }
        case .sigmoid:
            flat {
                let value = 1 / (1 + exp(-$0))
                return value * (1 - value)
            }
        case .silu:
            flat {
                let value = 1 / (1 + exp(-$0))
                return value * (1 + $0 * (1 - value))
            }
        case .hardSigmoid(let alpha, let beta):
            flat { alpha * $0 + beta > 0 && alpha * $0 + beta < 1 ? alpha : 0 }
        case .hardSwish: flat { $0 <= -3 ? 0 : $0 >= 3 ? 1 : $0 / 3 + 0.5 }
        case .tanh:
            flat {
                let value = Foundation.tanh($0)
                return 1 - value * value
            }
        case .erf: flat { 2 / Float.pi.squareRoot() * exp(-$0 * $0) }
        case .gelu:
            flat { x in
                let bell = exp(-x * x / 2) / (2 * Float.pi).squareRoot()
                return (1 + Foundation.erf(x / Float(2).squareRoot())) / 2 + x * bell
            }
        case .geluByTangent:
            flat { x in
                let (factor, cubic) = ((2 / Float.pi).squareRoot(), Float(0.044715))
                let value = Foundation.tanh(factor * (x + cubic * x * x * x))
                return (1 + value) / 2
                    + x / 2 * (1 - value * value) * factor * (1 + 3 * cubic * x * x)
            }
        case .prelu(let slopes): prelu(slopes, layout, x, incoming, output, pool)
        }
    }

    private static func prelu(
        _ slopes: [Float], _ layout: ChannelLayout, _ x: UnsafePointer<Float>,
        _ incoming: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ pool: WorkerPool
    ) {
        let slopes = layout.padded(slopes, filling: 1)
        let lanes = layout.lanes
        layout.eachRun(pool) { offset, channel in
            let (x, from, y) = (x + offset, incoming + offset, output + offset)
            each(lanes, layout.plane, slopes, slopes, channel) { index, slope, _ in
                y[index] = from[index] * (x[index] < 0 ? slope : 1)
            }
        }
    }

    /// Calls `body` with each element of a run and the numbers of its channel.
    @inline(__always)
    private static func each(
        _ lanes: Int, _ plane: Int, _ first: [Float], _ second: [Float], _ channel: Int,
        _ body: (_ index: Int, _ first: Float, _ second: Float) -> Void
    ) {
        first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                let (a, b) = (first.baseAddress! + channel, second.baseAddress! + channel)
                if lanes == 1 {
                    let (a, b) = (a.pointee, b.pointee)
                    for index in 0..<plane { body(index, a, b) }
                } else {
                    for pixel in 0..<plane {
                        for lane in 0..<ChannelBlocks.width {
                            body(pixel * ChannelBlocks.width + lane, a[lane], b[lane])
                        }
                    }
                }
            }
        }
    }
}

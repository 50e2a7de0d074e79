import CKernels
import Foundation

/// Operators that treat every element alike.
package enum Elementwise {
    /// `output` may be the input.
    package static func apply(
        _ operation: UnaryOperation, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
        count: Int, pool: WorkerPool, table: KernelTable = .current
    ) {
        if let activation = operation.activation {
            return apply(activation, input, output, count: count, pool: pool, table: table)
        }
        pool.runRanges(count, grain: Broadcast.grain) { range in
            map(operation, input + range.lowerBound, output + range.lowerBound, range.count)
        }
    }

    /// `output = activation(input + residual)`, element by element; `output` may be either operand. Traps on
    /// a PReLU, whose slopes are one a channel.
    package static func apply(
        _ activation: Activation, _ input: UnsafePointer<Float>, adding residual: UnsafePointer<Float>? = nil,
        _ output: UnsafeMutablePointer<Float>, count: Int, pool: WorkerPool, table: KernelTable = .current
    ) {
        precondition(!activation.isPerChannel, "\(activation) of elements without channels")
        let function = ck_activation(activation)
        pool.runRanges(count, grain: Broadcast.grain) { range in
            let start = range.lowerBound
            table.functions.pointee.epilogue(
                input + start, residual.map { $0 + start }, output + start, range.count, 0, function)
        }
    }

    /// The functions that are no activation in `CKernels`.
    private static func map(
        _ operation: UnaryOperation, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        switch operation {
        case .elu(let alpha): each(x, y, count) { $0 > 0 ? $0 : alpha * Foundation.expm1($0) }
        case .celu(let alpha): each(x, y, count) { $0 > 0 ? $0 : alpha * Foundation.expm1($0 / alpha) }
        case .exp: each(x, y, count) { Foundation.exp($0) }
        case .log: each(x, y, count) { Foundation.log($0) }
        case .sqrt: each(x, y, count) { $0.squareRoot() }
        case .reciprocal: each(x, y, count) { 1 / $0 }
        case .cos: each(x, y, count) { Foundation.cos($0) }
        case .sin: each(x, y, count) { Foundation.sin($0) }
        // Written so that e^x never overflows.
        case .softplus: each(x, y, count) { Swift.max($0, 0) + Foundation.log1p(Foundation.exp(-abs($0))) }
        case .negate: each(x, y, count) { -$0 }
        case .absolute: each(x, y, count) { abs($0) }
        case .floor: each(x, y, count) { $0.rounded(.down) }
        case .ceil: each(x, y, count) { $0.rounded(.up) }
        case .round: each(x, y, count) { $0.rounded(.toNearestOrEven) }
        case .sign: each(x, y, count) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
        case .relu, .leakyRelu, .sigmoid, .silu, .hardSigmoid, .hardSwish, .tanh, .erf, .gelu,
            .geluByTangent, .clip:
            preconditionFailure("\(operation) is a C kernel's")
        }
    }

    @inline(__always)
    private static func each(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int,
        _ function: (Float) -> Float
    ) {
        for index in 0..<count { y[index] = function(x[index]) }
    }

    /// ONNX `PRelu`: `x` where it is above 0, else `x` times its slope. The broadcast is of input and slope,
    /// and its output has the input's shape. `output` may be the input.
    package static func prelu(
        _ broadcast: Broadcast, input: UnsafePointer<Float>, slope: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        broadcast.run(input, slope, output, pool: pool) { $0 < 0 ? $0 * $1 : $0 }
    }
}

extension UnaryOperation {
    /// The same function as the C kernels know it, where they do.
    fileprivate var activation: Activation? {
        switch self {
        case .relu: .relu
        case .leakyRelu(let alpha): .leakyRelu(alpha: alpha)
        case .sigmoid: .sigmoid
        case .silu: .silu
        case .hardSigmoid(let alpha, let beta): .hardSigmoid(alpha: alpha, beta: beta)
        case .hardSwish: .hardSwish
        case .tanh: .tanh
        case .erf: .erf
        case .gelu: .gelu
        case .geluByTangent: .geluByTangent
        case .clip(let low, let high): .clip(low: low, high: high)
        default: nil
        }
    }
}

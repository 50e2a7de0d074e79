import CKernels
import Foundation

/// ONNX `Softmax` along one axis (opset 13; earlier ones flatten: outer, the rest, 1).
package enum Softmax {
    /// `output` may be the input.
    package static func run(
        _ geometry: AxisGeometry, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool, table: KernelTable = .current
    ) {
        if geometry.inner == 1, let line = table.functions.pointee.softmax_line {
            return eachLine(geometry, pool) { line(input + $0, output + $0, geometry.axis) }
        }
        eachLine(geometry, pool) { offset in
            line(input + offset, output + offset, count: geometry.axis, stride: geometry.inner)
        }
    }

    /// The largest element is taken off first, so that nothing overflows.
    private static func line(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int, stride: Int
    ) {
        var largest = -Float.infinity
        for index in 0..<count { largest = max(largest, x[index * stride]) }
        var sum = 0.0
        for index in 0..<count {
            let value = Foundation.exp(x[index * stride] - largest)
            y[index * stride] = value
            sum += Double(value)
        }
        let factor = Float(1 / sum)
        for index in 0..<count { y[index * stride] *= factor }
    }

    /// ONNX `LogSoftmax`. `output` may be the input.
    package static func logarithm(
        _ geometry: AxisGeometry, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) {
        let (count, stride) = (geometry.axis, geometry.inner)
        eachLine(geometry, pool) { offset in
            let (x, y) = (input + offset, output + offset)
            var largest = -Float.infinity
            for index in 0..<count { largest = max(largest, x[index * stride]) }
            var sum = 0.0
            for index in 0..<count { sum += Double(Foundation.exp(x[index * stride] - largest)) }
            let shift = Float(Foundation.log(sum))
            for index in 0..<count { y[index * stride] = x[index * stride] - largest - shift }
        }
    }

    /// Calls `body` with where each line along the axis begins.
    static func eachLine(_ geometry: AxisGeometry, _ pool: WorkerPool, _ body: (Int) -> Void) {
        let grain = max(1, 4_096 / max(geometry.axis, 1))
        pool.runRanges(geometry.outer * geometry.inner, grain: grain) { range in
            for index in range {
                let (outer, inner) = (index / geometry.inner, index % geometry.inner)
                body(outer * geometry.axis * geometry.inner + inner)
            }
        }
    }
}

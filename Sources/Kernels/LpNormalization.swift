/// ONNX `LpNormalization` along one axis.
package enum LpNormalization {
    /// Divides by the sum of absolutes (`p` 1) or the root of the sum of squares (`p` 2); zeros stay zeros.
    /// `output` may be the input.
    package static func run(
        _ geometry: AxisGeometry, p: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) {
        precondition(p == 1 || p == 2, "LpNormalization of order \(p)")
        let (count, stride) = (geometry.axis, geometry.inner)
        Softmax.eachLine(geometry, pool) { offset in
            let (x, y) = (input + offset, output + offset)
            var sum = 0.0
            for index in 0..<count {
                let value = Double(x[index * stride])
                sum += p == 1 ? abs(value) : value * value
            }
            let norm = p == 1 ? sum : sum.squareRoot()
            for index in 0..<count {
                y[index * stride] = norm == 0 ? 0 : Float(Double(x[index * stride]) / norm)
            }
        }
    }
}

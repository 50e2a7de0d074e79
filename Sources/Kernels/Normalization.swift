/// ONNX `BatchNormalization` in inference, `[batch, channels, planeCount]`.
package struct BatchNormalization: Sendable {
    /// `scale` and `shift` of each channel: `y = scale x + shift`.
    package let scale: [Float]
    package let shift: [Float]

    /// Folds the five parameters of each channel into two; in double, for the variance may be small.
    package init(
        scale: UnsafeBufferPointer<Float>, bias: UnsafeBufferPointer<Float>, mean: UnsafeBufferPointer<Float>,
        variance: UnsafeBufferPointer<Float>, epsilon: Float
    ) { fatalError("to come") }

    /// `output` may be the input.
    package func run(
        batch: Int, planeCount: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) { fatalError("to come") }
}

/// A shape seen from one of its axes: `outer` times `axis` times `inner` elements.
package struct AxisGeometry: Sendable, Hashable {
    package var outer: Int
    package var axis: Int
    package var inner: Int

    package init(outer: Int, axis: Int, inner: Int) {
        (self.outer, self.axis, self.inner) = (outer, axis, inner)
    }

    /// Throws `axisInvalid`; a negative axis counts from the end.
    package init(shape: [Int], axis: Int) throws(KernelError) { fatalError("to come") }
}

/// ONNX `Softmax` along one axis (opset 13; earlier ones flatten: outer, the rest, 1).
package enum Softmax {
    /// `output` may be the input.
    package static func run(
        _ geometry: AxisGeometry, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) { fatalError("to come") }
}

/// ONNX `LpNormalization` along one axis.
package enum LpNormalization {
    /// Divides by the sum of absolutes (`p` 1) or the root of the sum of squares (`p` 2); zeros stay zeros.
    /// `output` may be the input.
    package static func run(
        _ geometry: AxisGeometry, p: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) { fatalError("to come") }
}

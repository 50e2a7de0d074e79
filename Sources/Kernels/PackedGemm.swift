/// A fully connected layer with weights prepared at load: `Y = activation(A W + bias)`.
///
/// `alpha` and `beta` of an ONNX `Gemm` are folded into weights and bias.
package struct PackedGemm: Sendable {
    /// Features in (`k`) and out (`n`).
    package let inputs: Int
    package let outputs: Int

    /// `[outputs, inputs]`.
    private let weights: AlignedBuffer
    private let bias: [Float]?
    private var epilogue: Epilogue
    private var hasSlopes: Bool

    /// Prepares `weights`: `[outputs, inputs]` with `transposed` (as exporters write it), else `[inputs,
    /// outputs]`. `bias` holds `outputs` elements. PReLU slopes are one an output.
    package init(
        inputs: Int, outputs: Int, weights: UnsafePointer<Float>, transposed: Bool, alpha: Float = 1,
        bias: UnsafePointer<Float>?, beta: Float = 1, activation: Activation = .none,
        table: KernelTable = .current
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.weights = AlignedBuffer(byteCount: inputs * outputs * MemoryLayout<Float>.stride)
        let (rowStride, columnStride) = transposed ? (inputs, 1) : (1, outputs)
        for row in 0..<outputs {
            for column in 0..<inputs {
                let weight = weights[row * rowStride + column * columnStride]
                self.weights.floats[row * inputs + column] = alpha * weight
            }
        }
        self.bias = bias.map { bias in (0..<outputs).map { beta * bias[$0] } }
        if case .prelu = activation { hasSlopes = true } else { hasSlopes = false }
        epilogue = Epilogue(activation, channels: outputs, bias: nil, table: table)
    }

    /// The same layer with another activation; the packed weights are shared.
    package func with(activation: Activation) -> PackedGemm {
        var copy = self
        if case .prelu = activation { copy.hasSlopes = true } else { copy.hasSlopes = false }
        copy.epilogue = epilogue.with(activation: activation, channels: outputs)
        return copy
    }

    /// `input` is `[rows, inputs]`, `output` `[rows, outputs]`, both row-major and apart.
    package func run(
        rows: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        guard rows > 0, outputs > 0 else { return }
        if let bias { write(bias, to: output, rows: rows) }
        let beta: Float = bias == nil ? 0 : 1
        pool.runRanges(outputs, grain: max(16, 262_144 / max(1, rows * inputs))) { range in
            let matrix = weights.floats + range.lowerBound * inputs
            if rows == 1, inputs > 0 {
                BLAS.gemv(
                    m: range.count, n: inputs, a: matrix, lda: inputs, x: input, beta: beta,
                    y: output + range.lowerBound)
            } else {
                BLAS.gemm(
                    transposeB: true, m: rows, n: range.count, k: inputs, a: input, lda: inputs, b: matrix,
                    ldb: inputs, beta: beta, c: output + range.lowerBound, ldc: outputs)
            }
        }
        activate(output, rows: rows)
    }

    private func write(_ bias: [Float], to output: UnsafeMutablePointer<Float>, rows: Int) {
        for row in 0..<rows {
            for (column, value) in bias.enumerated() { output[row * outputs + column] = value }
        }
    }

    /// Columns are channels here, so slopes are applied element by element; anything else at one stroke.
    private func activate(_ output: UnsafeMutablePointer<Float>, rows: Int) {
        if epilogue.isIdentity { return }
        guard hasSlopes else {
            return epilogue.apply(
                channel: 0, input: output, residual: nil, output: output, count: rows * outputs)
        }
        for index in 0..<rows * outputs {
            let element = output + index
            epilogue.apply(channel: index % outputs, input: element, residual: nil, output: element, count: 1)
        }
    }
}

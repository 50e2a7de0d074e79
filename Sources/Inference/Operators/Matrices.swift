internal import Kernels

extension OperatorRegistry {
    static let matrices: [String: Entry] = [
        "MatMul": Entry { (reader) throws(Refusal) in
            try reader.expect(inputs: 2...2)
            return MatrixProduct()
        },
        "Einsum": Entry(12...opsets.upperBound) { (reader) throws(Refusal) in try Einsum(reader) },
        "Gemm": Entry { (reader) throws(Refusal) in try GeneralProduct(reader) },
    ]
}

/// ONNX `MatMul`; with a matrix of weights, `LinearFusion` adds a bias as a third input.
struct MatrixProduct: Operator, ByteMultiplying {
    private var packed: PackedGemm?
    var inputGrid: ByteGrid?

    var multipliesBytes: Bool { packed?.multipliesBytes == true }

    /// Packs a matrix of weights: every row of A, whatever the dimensions before, is multiplied by itself.
    func packed(_ packing: Packing) throws(Refusal) -> (operator: any Operator, absorbed: Set<Int>)? {
        guard let b = packing.constants[1], b.elementType == .float32, b.shape.count == 2, b.count > 0,
            packing.constants[0] == nil
        else { return nil }
        try packing.budget.take(
            PackedGemm.packedBytes(
                inputs: b.shape[0], outputs: b.shape[1], packing.precision, mayTakeBytes: inputGrid != nil))
        var copy = self
        copy.packed = PackedGemm(
            b, bias: packing.constants[2]?.floats, transposed: false, alpha: 1, beta: 1, packing,
            bytes: bytes(packing, outputs: b.shape[1], axis: 1))
        return (copy, [1, 2])
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        if let packed {
            let a = try operands.float(0, "A")
            guard a.shape.last == packed.inputs else {
                throw Refusal("A", "shape \(a.shape) where \(packed.inputs) columns are needed")
            }
            return PackedStep(packed, leading: Array(a.shape.dropLast()), operands).step
        }
        precondition(operands[2] == nil, "a bias behind a matrix that was not packed")
        let (a, b) = (try operands.float(0, "A"), try operands.float(1, "B"))
        let product = try refusing { () throws(KernelError) in try MatMul(a.shape, b.shape) }
        var step = PlannedStep(
            TensorType(.float32, product.outputShape),
            scratchBytes: product.scratchBytes(threads: operands.threads)
        ) { context in
            product.run(
                a: context.floats(0), b: context.floats(1), output: context.output(),
                scratch: context.scratch, pool: context.pool)
        }
        step.note.operations = product.operations
        return step
    }
}

/// ONNX `Gemm`: `alpha A' B' + beta C`.
struct GeneralProduct: Operator, ByteMultiplying {
    let alpha: Float
    let beta: Float
    let transposesA: Bool
    let transposesB: Bool
    private var packed: PackedGemm?
    var inputGrid: ByteGrid?

    var multipliesBytes: Bool { packed?.multipliesBytes == true }

    /// `alpha A' B' + C`.
    init(alpha: Float, transposesA: Bool = false, transposesB: Bool) {
        (self.alpha, beta, self.transposesA, self.transposesB) = (alpha, 1, transposesA, transposesB)
    }

    init(_ reader: AttributeReader) throws(Refusal) {
        // C can be left out since opset 11.
        try reader.expect(inputs: (reader.opset < 11 ? 3 : 2)...3)
        alpha = try reader.float("alpha") ?? 1
        beta = try reader.float("beta") ?? 1
        transposesA = try reader.flag("transA")
        transposesB = try reader.flag("transB")
    }

    /// Packs weights whose bias is a row that is the same for all of A's.
    func packed(_ packing: Packing) throws(Refusal) -> (operator: any Operator, absorbed: Set<Int>)? {
        let constants = packing.constants
        guard !transposesA, let b = constants[1], b.elementType == .float32, b.shape.count == 2, b.count > 0,
            constants[0] == nil
        else { return nil }
        let (inputs, outputs) = transposesB ? (b.shape[1], b.shape[0]) : (b.shape[0], b.shape[1])
        var bias: [Float]?
        if let c = constants[2] {
            guard let row = GeneralProduct.row(c, count: outputs) else { return nil }
            bias = row
        }
        try packing.budget.take(
            PackedGemm.packedBytes(
                inputs: inputs, outputs: outputs, packing.precision, mayTakeBytes: inputGrid != nil))
        var copy = self
        copy.packed = PackedGemm(
            b, bias: bias, transposed: transposesB, alpha: alpha, beta: beta, packing,
            bytes: bytes(packing, outputs: outputs, axis: transposesB ? 0 : 1))
        return (copy, [1, 2])
    }

    /// `c` as one value an output, or nil where it has several rows.
    private static func row(_ c: Tensor, count: Int) -> [Float]? {
        guard c.elementType == .float32, c.shape.count <= 2 else { return nil }
        if c.count == 1 { return Array(repeating: c.floats[0], count: count) }
        return c.shape == [count] || c.shape == [1, count] ? c.floats : nil
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let a = try operands.float(0, "A")
        guard a.shape.count == 2 else { throw Refusal("A", "shape \(a.shape) is not a matrix") }
        if let packed {
            guard a.shape[1] == packed.inputs else {
                throw Refusal("A", "shape \(a.shape) where \(packed.inputs) columns are needed")
            }
            return PackedStep(packed, leading: [a.shape[0]], operands).step
        }
        return try generalStep(a, try operands.float(1, "B"), operands[2])
    }

    private func generalStep(_ a: Operand, _ b: Operand, _ c: Operand?) throws(Refusal) -> PlannedStep {
        guard b.shape.count == 2 else { throw Refusal("B", "shape \(b.shape) is not a matrix") }
        let (m, k) = transposesA ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
        let (inner, n) = transposesB ? (b.shape[1], b.shape[0]) : (b.shape[0], b.shape[1])
        guard k == inner else { throw Refusal("B", "shape \(b.shape) does not fit A's \(a.shape)") }
        let geometry = GemmGeometry(
            m: m, n: n, k: k, transposeA: transposesA, transposeB: transposesB, alpha: alpha, beta: beta)
        let output = TensorType(.float32, [m, n])
        guard let c else {
            return PlannedStep(output) { context in
                Gemm.run(
                    geometry, a: context.floats(0), b: context.floats(1), c: nil, output: context.output(),
                    pool: context.pool)
            }
        }
        try GeneralProduct.check(c, output.shape)
        return PlannedStep(output) { context in
            let matrix = BroadcastMatrix(context.floats(2), shape: c.shape, m: m, n: n)
            Gemm.run(
                geometry, a: context.floats(0), b: context.floats(1), c: matrix, output: context.output(),
                pool: context.pool)
        }
    }

    private static func check(_ c: Operand, _ output: [Int]) throws(Refusal) {
        guard c.elementType == .float32 else {
            throw Refusal("C", "element type \(c.elementType) is not supported")
        }
        let padded = Array(repeating: 1, count: max(2 - c.shape.count, 0)) + c.shape
        guard padded.count == 2, zip(padded, output).allSatisfy({ $0 == $1 || $0 == 1 }) else {
            throw Refusal("C", "shape \(c.shape) does not broadcast to \(output)")
        }
    }
}

extension PackedGemm {
    /// Packs a matrix of weights that is checked to be one.
    fileprivate init(
        _ weights: Tensor, bias: [Float]?, transposed: Bool, alpha: Float, beta: Float, _ packing: Packing,
        bytes: (grid: ByteGrid, weightSteps: [Float])?
    ) {
        let (inputs, outputs) = (
            weights.shape[transposed ? 1 : 0], weights.shape[transposed ? 0 : 1]
        )
        self = weights.withFloats { weights in
            func pack(_ bias: UnsafePointer<Float>?) -> PackedGemm {
                PackedGemm(
                    inputs: inputs, outputs: outputs, weights: weights.baseAddress!, transposed: transposed,
                    alpha: alpha, bias: bias, beta: beta, precision: packing.precision, bytes: bytes,
                    pool: packing.pool)
            }
            return bias?.withUnsafeBufferPointer { pack($0.baseAddress) } ?? pack(nil)
        }
    }
}

/// A step of packed weights, which can take over a residual and an activation.
private struct PackedStep: FusableStep {
    let packed: PackedGemm
    /// The dimensions before the one of the weights' inputs: together they are rows.
    let leading: [Int]
    let threads: Int

    init(_ packed: PackedGemm, leading: [Int], _ operands: Operands) {
        (self.packed, self.leading, threads) = (packed, leading, operands.threads)
    }

    var takesResidual: Bool { true }

    func takes(_ activation: Activation) -> Bool {
        // One slope a channel stands for axis 1.
        !activation.isPerChannel || leading.count == 1
    }

    var step: PlannedStep { fused(activation: .none, residualInput: nil) }

    func fused(activation: Activation, residualInput: Int?) -> PlannedStep {
        let packed = packed.with(activation: activation)
        let rows = leading.reduce(1, *)
        var step = PlannedStep(
            TensorType(.float32, leading + [packed.outputs]),
            scratchBytes: packed.scratchBytes(rows: rows, threads: threads),
            inPlace: residualInput.map { [$0] } ?? []
        ) { context in
            packed.run(
                rows: rows, input: context.floats(0), residual: residualInput.map { context.floats($0) },
                output: context.output(), scratch: context.scratch, pool: context.pool)
        }
        step.fusable = self
        step.note.operations = 2 * rows * packed.inputs * packed.outputs
        if packed.multipliesBytes { step.note.algorithm = "bytes" }
        return step
    }
}

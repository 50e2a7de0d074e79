internal import Kernels

/// Folds normalisations into the convolution or fully connected layer before them, at load: it changes
/// weights, and no shape has a say.
extension Program {
    /// Folds every `BatchNormalization` that alone reads the result of a layer with constant weights.
    mutating func fuseBatchNormalizations(_ budget: LoadBudget, _ pool: WorkerPool) throws(InferenceError) {
        let counts = useCounts
        var makers: [ValueID: Int] = [:]
        for (index, node) in nodes.enumerated() {
            for case .some(let output) in node.outputs { makers[output] = index }
        }
        var removed: Set<Int> = []
        for (index, node) in nodes.enumerated() {
            guard let op = node.op as? BatchNormalizationOperator, let input = node.inputs[0],
                counts[input] == 1,
                let maker = makers[input], let parameters = constantInputs(of: node)
            else { continue }
            let normalization: BatchNormalization
            do { normalization = try op.normalization(parameters) } catch { throw node.fault(error) }
            guard let folded = folded(normalization, into: nodes[maker], budget, pool) else { continue }
            replace(maker, weights: folded.weights, bias: folded.bias, output: node.outputs[0])
            if let output = node.outputs[0] { makers[output] = maker }
            removed.insert(index)
        }
        nodes = nodes.indices.filter { !removed.contains($0) }.map { nodes[$0] }
    }

    func constantInputs(of node: ProgramNode) -> [Int: Tensor]? {
        var tensors: [Int: Tensor] = [:]
        for position in 1..<node.inputs.count {
            guard let value = node.inputs[position], let tensor = constants[value] else { return nil }
            tensors[position] = tensor
        }
        return tensors
    }

    private typealias Layer = (weights: Tensor, bias: Tensor)

    /// nil where the two don't go together, or where loading may not make as many weights once more.
    private func folded(
        _ normalization: BatchNormalization, into node: ProgramNode, _ budget: LoadBudget, _ pool: WorkerPool
    ) -> Layer? {
        guard node.inputs.count >= 2, let value = node.inputs[1], let weights = constants[value],
            weights.elementType == .float32, node.op is Convolution || node.op is GeneralProduct
        else { return nil }
        var bias: Tensor?
        if node.inputs.count > 2, let value = node.inputs[2] {
            guard let tensor = constants[value], tensor.elementType == .float32 else { return nil }
            bias = tensor
        }
        switch node.op {
        case is Convolution: return foldedConvolution(normalization, weights, bias, budget, pool)
        case let product as GeneralProduct:
            return foldedProduct(normalization, product, weights, bias, budget, pool)
        default: return nil
        }
    }

    private func foldedConvolution(
        _ normalization: BatchNormalization, _ weights: Tensor, _ bias: Tensor?, _ budget: LoadBudget,
        _ pool: WorkerPool
    ) -> Layer? {
        let channels = normalization.scale.count
        guard channels > 0, weights.shape.first == channels, bias == nil || bias?.shape == [channels],
            budget.spend(weights.byteCount)
        else { return nil }
        return (
            Program.scaled(weights, rows: normalization.scale, pool),
            Program.shifted(bias?.floats, normalization)
        )
    }

    private func foldedProduct(
        _ normalization: BatchNormalization, _ product: GeneralProduct, _ weights: Tensor, _ bias: Tensor?,
        _ budget: LoadBudget, _ pool: WorkerPool
    ) -> Layer? {
        let outputs = normalization.scale.count
        // The new bias is added as it is, so only a plain `beta` can be kept.
        guard weights.shape.count == 2, outputs > 0, weights.shape[product.transposesB ? 0 : 1] == outputs,
            bias == nil || bias?.shape == [outputs] || bias?.shape == [1, outputs],
            product.beta == 1, budget.spend(weights.byteCount)
        else { return nil }
        let scaled =
            product.transposesB
            ? Program.scaled(weights, rows: normalization.scale, pool)
            : Program.scaled(weights, columns: normalization.scale, pool)
        return (scaled, Program.shifted(bias?.floats, normalization))
    }

    /// The weights, as a matrix of as many rows as there are scales, times the scale of their row.
    private static func scaled(_ weights: Tensor, rows scales: [Float], _ pool: WorkerPool) -> Tensor {
        scaled(weights, rowLength: weights.count / scales.count, pool) { row, source, target in
            let scale = scales[row]
            for index in source.indices { target[index] = source[index] * scale }
        }
    }

    /// The same with the scale of their column.
    private static func scaled(_ weights: Tensor, columns scales: [Float], _ pool: WorkerPool) -> Tensor {
        scaled(weights, rowLength: scales.count, pool) { _, source, target in
            for index in source.indices { target[index] = source[index] * scales[index] }
        }
    }

    /// Elements that are worth a thread.
    private static let grain = 1 << 14

    private static func scaled(
        _ weights: Tensor, rowLength: Int, _ pool: WorkerPool,
        _ body: (Int, UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void
    ) -> Tensor {
        weights.withFloats { source in
            Tensor(shape: weights.shape, elementType: .float32) { target in
                let floats = target.bindMemory(to: Float.self)
                guard rowLength > 0 else { return }
                pool.runRanges(source.count / rowLength, grain: max(1, grain / rowLength)) { rows in
                    for row in rows {
                        let place = row * rowLength..<(row + 1) * rowLength
                        body(
                            row, UnsafeBufferPointer(rebasing: source[place]),
                            UnsafeMutableBufferPointer(rebasing: floats[place]))
                    }
                }
            }
        }
    }

    /// `bias scale + shift` of each channel.
    private static func shifted(_ bias: [Float]?, _ normalization: BatchNormalization) -> Tensor {
        let values = normalization.scale.indices.map { channel in
            let scaled = Double(bias?[channel] ?? 0) * Double(normalization.scale[channel])
            return Float(scaled + Double(normalization.shift[channel]))
        }
        return Tensor(shape: [values.count], floats: values)
    }

    mutating func replace(_ index: Int, weights: Tensor, bias: Tensor, output: ValueID?) {
        let inputs = nodes[index].inputs
        nodes[index].inputs = [
            inputs[0], addConstant(weights, like: inputs[1]), addConstant(bias, like: nil),
        ]
        nodes[index].outputs = [output]
    }

    mutating func addConstant(_ tensor: Tensor, like original: ValueID?) -> ValueID {
        constants[valueNames.count] = tensor
        valueNames.append(original.map { valueNames[$0] } ?? "")
        return valueNames.count - 1
    }
}

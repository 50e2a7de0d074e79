internal import Kernels

/// Folds normalisations into the convolution *after* them, exactly, padding and all.
///
/// With `y = scale x + shift` the convolution's zeros outside stand for `x = -shift / scale`, so weights take
/// the scale, the bias takes the shift and the border is that value instead of zero. (IResNet begins every
/// block so.)
extension Program {
    /// A channel scaled to almost nothing would make a border whose sums overflow; its normalisation stays a
    /// node.
    private static let largestBorder: Float = 1e18

    /// Folds every `BatchNormalization` whose result is read by one convolution with constant weights alone,
    /// where products of this precision lose nothing by it.
    mutating func fuseLeadingNormalizations(
        _ precision: Precision, _ budget: LoadBudget
    ) throws(InferenceError) {
        let counts = useCounts
        var readers: [ValueID: Int] = [:]
        for (index, node) in nodes.enumerated() {
            if let input = node.inputs.first ?? nil { readers[input] = index }
        }
        var removed: Set<Int> = []
        for (index, node) in nodes.enumerated() {
            guard let op = node.op as? BatchNormalizationOperator, let output = node.outputs[0],
                counts[output] == 1, let reader = readers[output], let parameters = constantInputs(of: node)
            else { continue }
            let normalization: BatchNormalization
            do { normalization = try op.normalization(parameters) } catch { throw node.fault(error) }
            guard let spread = NormalizationSpread(parameters, normalization),
                fold(normalization, spread, precision, into: reader, budget)
            else { continue }
            nodes[reader].inputs[0] = node.inputs[0]
            removed.insert(index)
        }
        nodes = nodes.indices.filter { !removed.contains($0) }.map { nodes[$0] }
    }

    /// Changes weights, bias and border of the convolution at `index`; false where it is none that can.
    private mutating func fold(
        _ normalization: BatchNormalization, _ spread: NormalizationSpread, _ precision: Precision,
        into index: Int, _ budget: LoadBudget
    ) -> Bool {
        let node = nodes[index]
        guard var convolution = node.op as? Convolution, convolution.border == nil, node.inputs.count >= 2,
            let value = node.inputs[1], let weights = constants[value], weights.elementType == .float32,
            convolution.takesBorder(weights: weights.shape), weights.shape[1] == normalization.scale.count,
            normalization.scale.allSatisfy({ abs($0) > .leastNormalMagnitude }),
            spread.allowsFolding(
                precision.forConvolution(weights: weights.count),
                largestWeight: weights.withFloats { $0.reduce(0) { max($0, abs($1)) } })
        else { return false }
        var bias = [Double](repeating: 0, count: weights.shape[0])
        if node.inputs.count > 2, let value = node.inputs[2] {
            guard let tensor = constants[value], tensor.elementType == .float32, tensor.shape == [bias.count]
            else { return false }
            bias = tensor.floats.map(Double.init)
        }
        let border = zip(normalization.scale, normalization.shift).map { -$1 / $0 }
        guard border.allSatisfy({ abs($0) < Program.largestBorder }), budget.spend(weights.byteCount) else {
            return false
        }
        let (channels, taps) = (weights.shape[1], weights.shape[2] * weights.shape[3])
        let scaled = weights.withFloats { source in
            Tensor(shape: weights.shape, elementType: .float32) { target in
                let floats = target.bindMemory(to: Float.self)
                for index in source.indices {
                    let channel = index / taps % channels
                    bias[index / (taps * channels)] +=
                        Double(source[index]) * Double(normalization.shift[channel])
                    floats[index] = source[index] * normalization.scale[channel]
                }
            }
        }
        convolution.border = border
        nodes[index].op = convolution
        replace(
            index, weights: scaled, bias: Tensor(shape: [bias.count], floats: bias.map(Float.init)),
            output: node.outputs[0])
        return true
    }
}

internal import Kernels

/// Lets what is quantised stay floats, at load: a QuantizeLinear and the DequantizeLinear behind it become
/// one rounding, which a convolution takes over as it does an activation. No shape has a say.
extension Program {
    /// Puts roundings in the places of all pairs of one constant scale, also of those between which numbers
    /// are only moved, and drops what nobody reads any longer.
    mutating func fuseQuantization() {
        guard nodes.contains(where: { $0.op is DequantizeLinear }) else { return }
        var fusion = QuantizationFusion(self)
        fusion.run()
        self = fusion.program
    }
}

/// The state of `Program.fuseQuantization()`.
private struct QuantizationFusion {
    /// What tells one quantisation from another.
    private struct Parameters: Hashable {
        let scale: Float
        let zeroPoint: Int
        let type: ElementType
    }

    /// The floats that bytes stand for.
    private struct Twin {
        let floats: ValueID
        let parameters: Parameters
    }

    private(set) var program: Program
    private var nodes: [ProgramNode] = []
    /// Of values that are bytes.
    private var twins: [ValueID: Twin] = [:]
    /// Of floats that are multiples of a scale already, where rounding them again would change nothing.
    private var rounded: [ValueID: Parameters] = [:]
    /// What is read in the place of a value.
    private var replacements: [ValueID: ValueID] = [:]
    private let outputs: Set<ValueID>

    init(_ program: Program) {
        (self.program, outputs) = (program, Set(program.outputs.map(\.value)))
    }

    mutating func run() {
        for node in program.nodes { add(node) }
        program.nodes = nodes
        program.dropUnreadNodes()
        tellLayers()
        program.sinkRoundings()
    }

    /// Lets layers know that what they read can be bytes.
    private mutating func tellLayers() {
        for index in program.nodes.indices {
            guard var layer = program.nodes[index].op as? any Operator & ByteMultiplying,
                let parameters = program.nodes[index].inputs[0].flatMap({ rounded[$0] })
            else { continue }
            layer.inputGrid = ByteGrid(
                scale: parameters.scale, zeroPoint: parameters.zeroPoint, type: parameters.type)
            program.nodes[index].op = layer
        }
    }

    private mutating func add(_ node: ProgramNode) {
        var node = node
        node.inputs = node.inputs.map { $0.map { replacements[$0] ?? $0 } }
        switch node.op {
        case let op as QuantizeLinear: addRounding(node, op)
        case let op as DequantizeLinear where op.hasScale: addUnlessKnown(node)
        default:
            nodes.append(node)
            follow(node)
        }
    }

    /// The node, and beside it the same as floats.
    private mutating func addRounding(_ node: ProgramNode, _ op: QuantizeLinear) {
        nodes.append(node)
        guard let input = node.inputs[0], let bytes = node.outputs[0], program.constants[input] == nil,
            let parameters = parameters(node, zeroType: op.declaredType ?? .uint8),
            op.declaredType == nil || op.declaredType == parameters.type,
            let rounding = FakeQuantization(
                scale: parameters.scale, zeroPoint: parameters.zeroPoint, type: parameters.type)
        else { return }
        if rounded[input] == parameters {
            twins[bytes] = Twin(floats: input, parameters: parameters)
            return
        }
        let floats = newValue(like: input)
        var twin = node
        (twin.op, twin.inputs, twin.outputs) = (FakeQuantize(rounding: rounding), [input], [floats])
        nodes.append(twin)
        rounded[floats] = parameters
        twins[bytes] = Twin(floats: floats, parameters: parameters)
    }

    /// A DequantizeLinear, unless its result is there.
    private mutating func addUnlessKnown(_ node: ProgramNode) {
        guard let input = node.inputs[0], let twin = twins[input], let output = node.outputs[0],
            parameters(node, zeroType: twin.parameters.type) == twin.parameters
        else { return nodes.append(node) }
        guard outputs.contains(output) else {
            replacements[output] = twin.floats
            return
        }
        var renamed = node
        (renamed.op, renamed.inputs) = (Identity(), [twin.floats])
        nodes.append(renamed)
    }

    /// Behind a node that only moves numbers, floats are the multiples that they were, and bytes have twins
    /// moved as they are.
    private mutating func follow(_ node: ProgramNode) {
        let moved = node.moved
        guard let first = moved.first else { return }
        if let parameters = rounded[first], moved.allSatisfy({ rounded[$0] == parameters }) {
            for case .some(let output) in node.outputs { rounded[output] = parameters }
        }
        guard let parameters = twins[first]?.parameters,
            moved.allSatisfy({ twins[$0]?.parameters == parameters })
        else { return }
        var twin = node
        twin.inputs = node.inputs.map { $0.map { twins[$0]?.floats ?? $0 } }
        twin.outputs = node.outputs.map { output in
            guard let output else { return nil }
            let floats = newValue(like: output)
            rounded[floats] = parameters
            twins[output] = Twin(floats: floats, parameters: parameters)
            return floats
        }
        nodes.append(twin)
    }

    private mutating func newValue(like value: ValueID) -> ValueID {
        program.valueNames.append(program.valueNames[value])
        return program.valueNames.count - 1
    }

    /// The scale and zero point of a QuantizeLinear or DequantizeLinear, where they are one for all and
    /// constant. Without a zero point it is 0 of `zeroType`.
    private func parameters(_ node: ProgramNode, zeroType: ElementType) -> Parameters? {
        guard node.inputs.count >= 2, let scale = constant(node.inputs[1]), scale.count == 1,
            scale.elementType == .float32
        else { return nil }
        guard node.inputs.count > 2, node.inputs[2] != nil else {
            return Parameters(scale: scale.floats[0], zeroPoint: 0, type: zeroType)
        }
        guard let zero = constant(node.inputs[2]), zero.count == 1 else { return nil }
        switch zero.elementType {
        case .uint8:
            return zero.withBytes { Parameters(scale: scale.floats[0], zeroPoint: Int($0[0]), type: .uint8) }
        case .int8:
            return zero.withBytes {
                Parameters(scale: scale.floats[0], zeroPoint: Int(Int8(bitPattern: $0[0])), type: .int8)
            }
        default: return nil
        }
    }

    private func constant(_ value: ValueID?) -> Tensor? { value.flatMap { program.constants[$0] } }
}

extension ProgramNode {
    /// The inputs whose elements the outputs are, each one unchanged; none where they are anything else.
    fileprivate var moved: [ValueID] {
        switch op {
        case is Reshape, is Flatten, is Squeeze, is Unsqueeze, is Identity, is Transpose, is Slice, is Split,
            is Expand, is GatherOperator:
            return inputs.prefix(1).compactMap { $0 }
        case let pool as WindowPool:
            guard case .maximum = pool.kind, !pool.mayBeEmpty else { return [] }
            return inputs.prefix(1).compactMap { $0 }
        case let resize as ResizeOperator:
            return resize.movesElements ? inputs.prefix(1).compactMap { $0 } : []
        case is Concatenation: return inputs.compactMap { $0 }
        default: return []
        }
    }
}

extension Program {
    /// Rounds what a convolution gives behind the turn to channels last, where one follows: heads of
    /// detectors that are rounded each in its own way are one convolution then (`SiblingFusion`).
    fileprivate mutating func sinkRoundings() {
        let counts = useCounts
        var makers: [ValueID: Int] = [:]
        for index in nodes.indices {
            for case .some(let output) in nodes[index].outputs { makers[output] = index }
            guard let transpose = nodes[index].op as? Transpose, transpose.isChannelsLast,
                let input = nodes[index].inputs[0], counts[input] == 1, let rounding = makers[input],
                nodes[rounding].op is FakeQuantize, let source = nodes[rounding].inputs[0],
                counts[source] == 1, let maker = makers[source], nodes[maker].op is Convolution
            else { continue }
            let output = nodes[index].outputs
            (nodes[index].inputs, nodes[index].outputs) = ([source], [input])
            (nodes[rounding].inputs, nodes[rounding].outputs) = ([input], output)
            nodes.swapAt(index, rounding)
            makers[input] = nil
        }
    }

    /// Drops nodes of which nobody reads an output.
    mutating func dropUnreadNodes() {
        var read = Set(outputs.map(\.value))
        var kept: [ProgramNode] = []
        for node in nodes.reversed() where node.outputs.contains(where: { $0.map(read.contains) ?? false }) {
            kept.append(node)
            read.formUnion(node.inputs.compactMap { $0 })
        }
        nodes = kept.reversed()
    }
}

internal import Kernels

/// Appends to a program the nodes that make the derivative of a loss by its input, from the last node to the
/// first.
///
/// Made for one input shape, as derivatives depend on the shapes of what they are of.
struct GradientBuilder {
    private(set) var program: Program
    private(set) var types: [TensorType?]
    private(set) var constants: [ValueID: Tensor]
    private(set) var losses: [GraphPort] = []
    /// What has come to each value so far.
    private var cotangents: [ValueID: [ValueID]] = [:]
    private var sites: [ValueID: StatisticsSite] = [:]
    /// Values that follow from the input's elements.
    private var active: Set<ValueID> = []
    let options: GradientSession.Options
    /// Elements that may still stand in tables of places: a quarter of a gigabyte in all.
    private var placesLeft = 1 << 26

    /// The program whose inputs are `program`'s one and a target of its output's shape, and whose outputs are
    /// the answer, the derivative, the embedding's loss and the loss of each site.
    static func gradient(
        of program: Program, shape: [Int], sites: [StatisticsSite], options: GradientSession.Options
    ) throws(InferenceError) -> Program {
        var session = Session.Options()
        session.maximumArenaBytes = options.maximumArenaBytes
        let known = try Planner.values(program, key: PlanKey(shapes: [shape], values: [:]), options: session)
        var builder = GradientBuilder(program: program, known, options)
        try builder.find(sites)
        return try builder.build(program.outputs[0])
    }

    private init(
        program: Program, _ known: (types: [TensorType?], constants: [ValueID: Tensor]),
        _ options: GradientSession.Options
    ) {
        (self.program, types, constants, self.options) = (program, known.types, known.constants, options)
        active = [program.inputs[0].value]
        for node in program.nodes where node.inputs.contains(where: { $0.map(active.contains) ?? false }) {
            active.formUnion(node.outputs.compactMap { $0 }.filter { known.constants[$0] == nil })
        }
    }

    private mutating func find(_ sites: [StatisticsSite]) throws(InferenceError) {
        for site in sites {
            guard let value = program.valueNames.firstIndex(of: site.value), active.contains(value),
                let shape = types[value]?.shape, shape.count == 4, shape[1] == site.mean.count
            else {
                throw .input(
                    name: site.value,
                    reason: "the network has no such value of \(site.mean.count) channels with statistics")
            }
            self.sites[value] = site
        }
    }

    private mutating func build(_ output: GraphPort) throws(InferenceError) -> Program {
        guard let answer = types[output.value] else {
            throw .invalidModel("output \"\(output.description.name)\" has no type")
        }
        let target = newValue(answer, name: "target")
        let loss = newValue(TensorType(.float32, [1]), name: "loss")
        let start = newValue(answer, name: "")
        let distance = EmbeddingLoss(weight: options.embeddingWeight)
        append("EmbeddingLoss", of: "loss", distance, [output.value, target], [start, loss])
        losses.append(port(loss, "loss"))
        cotangents[output.value] = [start]
        for node in program.nodes.reversed() { try differentiate(node) }
        let input = program.inputs[0]
        guard let derivative = total(of: input.value) else {
            throw .invalidModel("its answer does not depend on its input")
        }
        return Program(
            nodes: program.nodes, constants: program.constants, inputs: [input, port(target, "target")],
            outputs: [output, port(derivative, "derivative")] + losses, valueNames: program.valueNames)
    }

    private func port(_ value: ValueID, _ name: String) -> GraphPort {
        GraphPort(
            value: value, description: ValueDescription(name: name, fileType: .float32, dimensions: nil))
    }

    private mutating func differentiate(_ node: ProgramNode) throws(InferenceError) {
        do throws(Refusal) {
            if node.op is Split { return try differentiateParts(of: node) }
            guard let output = node.outputs.first ?? nil, active.contains(output) else { return }
            guard node.outputs.dropFirst().allSatisfy({ $0.map { cotangents[$0] == nil } ?? true }) else {
                throw Refusal(nil, "has no derivative here (several outputs are used)")
            }
            if let incoming = total(of: output) { try passOn(incoming, through: node) }
        } catch { throw node.fault(error) }
    }

    /// Each part of a `Split` hands back its own.
    private mutating func differentiateParts(of node: ProgramNode) throws(Refusal) {
        for (index, output) in node.outputs.enumerated() {
            guard let output, active.contains(output), let incoming = total(of: output) else { continue }
            try passBack(incoming, from: index, node)
        }
    }

    /// The derivative by a value, all its readers' parts together and its statistics' pull with them.
    private mutating func total(of value: ValueID) -> ValueID? {
        guard let type = types[value] else { return nil }
        let name = program.valueNames[value]
        var sum: ValueID?
        for part in cotangents[value] ?? [] {
            sum = sum.map { add("Add", of: name, Binary(operation: .add), [$0, part], type) } ?? part
        }
        guard let site = sites[value] else { return sum }
        let (pulled, loss) = (newValue(type, name: ""), newValue(TensorType(.float32, [1]), name: ""))
        append(
            "StatisticsPull", of: name, StatisticsPull(site: site, weight: options.statisticsWeight),
            [value, sum], [pulled, loss])
        losses.append(port(loss, "loss of \(name)"))
        return pulled
    }

    private mutating func append(
        _ operatorType: String, of name: String, _ op: any Operator, _ inputs: [ValueID?],
        _ outputs: [ValueID]
    ) {
        program.nodes.append(
            ProgramNode(
                name: "derivative at \(name)", operatorType: operatorType, op: op, inputs: inputs,
                outputs: outputs))
    }

    private mutating func newValue(_ type: TensorType, name: String) -> ValueID {
        types.append(type)
        program.valueNames.append(name)
        return types.count - 1
    }
}

/// What the rules of the operators need.
extension GradientBuilder {
    /// A node of one output.
    mutating func add(
        _ operatorType: String, of name: String, _ op: any Operator, _ inputs: [ValueID?], _ type: TensorType
    ) -> ValueID {
        let output = newValue(type, name: "")
        append(operatorType, of: name, op, inputs, [output])
        return output
    }

    /// A constant of the derivative.
    mutating func addConstant(_ tensor: Tensor) -> ValueID {
        let value = newValue(TensorType(tensor.elementType, tensor.shape), name: "")
        (constants[value], program.constants[value]) = (tensor, tensor)
        return value
    }

    /// Takes room for a table of so many places, before it is made.
    mutating func takePlaces(_ count: Int) throws(Refusal) {
        guard count <= placesLeft else {
            throw Refusal.limit("moves more elements than a derivative may here")
        }
        placesLeft -= count
    }

    /// Whether the derivative by this input is wanted.
    func isActive(_ value: ValueID?) -> Bool { value.map(active.contains) ?? false }

    /// Adds a part of the derivative by `value`.
    mutating func give(_ cotangent: ValueID, to value: ValueID) {
        cotangents[value, default: []].append(cotangent)
    }

    /// The inputs of a node as its operator sees them.
    func operands(of node: ProgramNode) -> Operands {
        Operands(
            all: node.inputs.map { input in
                input.flatMap { value in
                    types[value].map { Operand(type: $0, constant: constants[value]) }
                }
            }, threads: options.threads, limit: SizeLimit(maximumBytes: options.maximumArenaBytes))
    }

    /// The type of an input that a rule can't do without.
    func type(_ value: ValueID?) throws(Refusal) -> TensorType {
        guard let value, let type = types[value] else { throw Refusal(nil, "an input is missing") }
        return type
    }
}

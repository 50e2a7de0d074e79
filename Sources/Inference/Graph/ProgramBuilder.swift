internal import Kernels
internal import ONNX

/// Turns a decoded model into a program, or says which node cannot be.
///
/// Checks that every value is made before it is used and only once, that every operator is supported at the
/// model's opset, and that its attributes are known and well-formed.
struct ProgramBuilder {
    private var ids: [String: ValueID] = [:]
    private var names: [String] = []
    private var constants: [ValueID: Tensor] = [:]

    /// Builds a program of all nodes; throws about the first that cannot be. `pool` shares out the copying of
    /// weights.
    static func build(_ model: Model, _ pool: WorkerPool) throws(InferenceError) -> Program {
        var builder = ProgramBuilder()
        return try builder.program(model, pool)
    }

    private static let maximumNodes = DecodeLimits().maximumNodes

    private mutating func program(_ model: Model, _ pool: WorkerPool) throws(InferenceError) -> Program {
        let opset = try ProgramBuilder.opset(of: model)
        let graph = model.graph
        try addInitializers(graph, pool)
        let inputs = try addInputs(graph)
        var nodes: [ProgramNode] = []
        for (index, node) in graph.nodes.enumerated() {
            nodes += try add(node, index: index, opset: opset)
            // What a node is composed of may be thousands: the file's own limit holds for all of them.
            guard nodes.count <= ProgramBuilder.maximumNodes else {
                throw .limit(
                    "node \"\(node.label(index: index))\" (\(node.qualifiedType)) is one of those that are composed "
                        + "of more than \(ProgramBuilder.maximumNodes)")
            }
        }
        return Program(
            nodes: nodes, constants: constants, inputs: inputs, outputs: try addOutputs(graph),
            valueNames: names)
    }

    /// The version of ONNX's own operator set, after the checks on the model as a whole.
    static func opset(of model: Model) throws(InferenceError) -> Int {
        guard let version = model.operatorSets[""] else {
            throw .invalidModel("it does not import ONNX's own operator set")
        }
        guard let opset = Int(exactly: version), OperatorRegistry.opsets.contains(opset) else {
            let range = OperatorRegistry.opsets
            throw .invalidModel(
                "opset \(version) is not supported (\(range.lowerBound) to \(range.upperBound) are)")
        }
        guard model.functionCount == 0 else {
            throw .invalidModel(
                "it defines \(model.functionCount) functions of its own, which are not supported")
        }
        guard model.graph.sparseInitializerCount == 0 else {
            throw .invalidModel("it has sparse initializers, which are not supported")
        }
        return opset
    }

    private mutating func define(_ name: String, as what: String) throws(InferenceError) -> ValueID {
        guard !name.isEmpty else { throw .invalidModel("\(what) has no name") }
        guard ids[name] == nil else { throw .invalidModel("value \"\(name)\" is defined twice (\(what))") }
        ids[name] = names.count
        names.append(name)
        return names.count - 1
    }

    private mutating func addInitializers(_ graph: Graph, _ pool: WorkerPool) throws(InferenceError) {
        let tensors = ProgramBuilder.tensors(graph.initializers, pool)
        for (initializer, tensor) in zip(graph.initializers, tensors) {
            let id = try define(initializer.name, as: "an initializer")
            do { constants[id] = try tensor.get() } catch {
                throw .invalidModel("initializer \"\(initializer.name)\": \(error.reason)")
            }
        }
    }

    private static func tensors(_ values: [TensorValue], _ pool: WorkerPool) -> [Result<Tensor, Refusal>] {
        // An array of no capacity is one that all threads share, and the initialiser writes its count.
        if values.isEmpty { return [] }
        return Array(unsafeUninitializedCapacity: values.count) { results, count in
            let first = results.baseAddress
            pool.run(values.count) { index in
                let result = Result { () throws(Refusal) in try Tensor(values[index], attribute: nil) }
                (first! + index).initialize(to: result)
            }
            count = values.count
        }
    }

    /// Inputs that have an initializer are constants: overriding them is not offered.
    private mutating func addInputs(_ graph: Graph) throws(InferenceError) -> [GraphPort] {
        var ports: [GraphPort] = []
        var seen: Set<String> = []
        for input in graph.inputs {
            guard seen.insert(input.name).inserted else {
                throw .invalidModel("input \"\(input.name)\" is there twice")
            }
            if ids[input.name] != nil { continue }
            let description = try ProgramBuilder.description(of: input, "input")
            ports.append(GraphPort(value: try define(input.name, as: "an input"), description: description))
        }
        return ports
    }

    private func addOutputs(_ graph: Graph) throws(InferenceError) -> [GraphPort] {
        guard !graph.outputs.isEmpty else { throw .invalidModel("the graph has no outputs") }
        var ports: [GraphPort] = []
        var seen: Set<String> = []
        for output in graph.outputs {
            guard seen.insert(output.name).inserted else {
                throw .invalidModel("output \"\(output.name)\" is there twice")
            }
            guard let id = ids[output.name] else {
                throw .invalidModel("output \"\(output.name)\" is made by no node")
            }
            ports.append(
                GraphPort(value: id, description: try ProgramBuilder.description(of: output, "output")))
        }
        return ports
    }

    static func description(of value: ValueInfo, _ what: String) throws(InferenceError) -> ValueDescription {
        guard let dataType = value.dataType else {
            throw .invalidModel("\(what) \"\(value.name)\" is not a tensor or has no type")
        }
        guard let type = ElementType(dataType) else {
            throw .invalidModel(
                "\(what) \"\(value.name)\" has element type \(dataType), which is not supported")
        }
        return ValueDescription(
            name: value.name, fileType: type,
            dimensions: value.dimensions?.map { dimension in
                switch dimension {
                case .fixed(let size): .fixed(size)
                case .free(let name): .free(name)
                }
            })
    }

    /// The node, or those that it is composed of.
    private mutating func add(_ node: Node, index: Int, opset: Int) throws(InferenceError) -> [ProgramNode] {
        let name = node.label(index: index)
        let op = try OperatorRegistry.make(node, label: name, opset: opset)
        var inputs: [ValueID?] = []
        for input in node.inputs {
            if input.isEmpty {
                inputs.append(nil)
                continue
            }
            guard let id = ids[input] else {
                throw node.fault(label: name, Refusal(nil, "input \"\(input)\" is made by no node before it"))
            }
            inputs.append(id)
        }
        var outputs: [ValueID?] = []
        for output in node.outputs {
            outputs.append(output.isEmpty ? nil : try define(output, as: "an output of node \"\(name)\""))
        }
        guard outputs.contains(where: { $0 != nil }) else {
            throw node.fault(label: name, Refusal(nil, "has no outputs"))
        }
        let whole = ProgramNode(
            name: name, operatorType: node.qualifiedType, op: op, inputs: inputs, outputs: outputs)
        guard let composed = op as? any ComposedOperator else { return [whole] }
        var parts = NodeComposer(whole, firstValue: names.count)
        do { try composed.compose(&parts) } catch { throw node.fault(label: name, error) }
        names += Array(repeating: "", count: parts.valueCount)
        constants.merge(parts.constants) { first, _ in first }
        return parts.nodes
    }
}

extension Node {
    /// What to call the node in errors: its name, or its place and first output.
    func label(index: Int) -> String {
        if !name.isEmpty { return name }
        return "#\(index)" + (outputs.first.map { " -> \($0)" } ?? "")
    }

    /// The operator with its domain, where that is not ONNX's own.
    var qualifiedType: String { domain.isEmpty ? operatorType : "\(domain).\(operatorType)" }

    /// An error about this node.
    func fault(label: String, _ refusal: Refusal) -> InferenceError {
        .node(
            NodeFault(
                node: label, operatorType: qualifiedType, attribute: refusal.attribute, reason: refusal.reason
            ))
    }
}

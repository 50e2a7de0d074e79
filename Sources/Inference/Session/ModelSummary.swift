internal import ONNX

/// What a model file is, also where it cannot be run.
package struct ModelSummary: Sendable {
    /// An operator and how many nodes apply it.
    package struct OperatorCount: Sendable, Hashable {
        /// With its domain where that is not ONNX's own.
        package let operatorType: String
        package let count: Int
    }

    /// An input or output as the file declares it.
    package struct Value: Sendable, Hashable {
        package let name: String
        /// The element type's name; one that cannot be run too.
        package let elementType: String
        /// nil where the file does not say.
        package let dimensions: [Dimension]?
    }

    /// A file beside the model that holds elements of its tensors.
    package struct DataFile: Sendable, Hashable {
        /// The path from the model's folder on; never out of it.
        package let location: String
        package let byteCount: Int

        package init(location: String, byteCount: Int) {
            (self.location, self.byteCount) = (location, byteCount)
        }
    }

    package let irVersion: Int64
    package let producer: String
    /// Version of each operator set by domain, ONNX's own being the empty one.
    package let operatorSets: [String: Int64]
    /// Most frequent first, then by name.
    package let operators: [OperatorCount]
    /// Inputs that are not initializers.
    package let inputs: [Value]
    package let outputs: [Value]
    /// Elements of all initializers together.
    package let parameterCount: Int
    /// Files beside the model that hold elements of its tensors.
    package let dataFiles: [DataFile]
    /// What is wrong with the model as a whole, if anything: its opset, its functions, a tensor that cannot
    /// be read.
    package let refusal: String?
    /// Nodes that cannot be run, each with the reason.
    package let unsupported: [NodeFault]

    /// Whether nothing is known that would stop a session from loading it.
    package var isSupported: Bool { refusal == nil && unsupported.isEmpty }

    /// Reads the file at `path`; throws only where it cannot be read as a model at all.
    package static func read(path: String) throws(InferenceError) -> ModelSummary {
        do { return ModelSummary(try ModelFile(path: path).model) } catch { throw .unreadable(error) }
    }

    /// Reads a model from constants of the executable, without a copy of them.
    package static func read(constantModel bytes: UnsafeRawBufferPointer) throws(InferenceError)
        -> ModelSummary
    {
        do { return ModelSummary(try Model(ModelBytes(constant: bytes))) } catch { throw .unreadable(error) }
    }

    private init(_ model: Model) {
        let graph = model.graph
        (irVersion, producer, operatorSets) = (model.irVersion, model.producer, model.operatorSets)
        let initializers = Set(graph.initializers.map(\.name))
        inputs = graph.inputs.filter { !initializers.contains($0.name) }.map { Value($0) }
        outputs = graph.outputs.map { Value($0) }
        operators = ModelSummary.operators(graph)
        parameterCount = graph.initializers.reduce(0) { sum, tensor in
            let (next, overflow) = sum.addingReportingOverflow(tensor.count)
            return overflow ? .max : next
        }
        dataFiles = model.externalFiles.map { DataFile(location: $0.location, byteCount: $0.bytes.count) }
        let (opset, refusal) = ModelSummary.opset(model)
        self.refusal = refusal ?? graph.unreadableReason.map { InferenceError.invalidModel($0).description }
        unsupported = opset.map { ModelSummary.unsupported(graph, opset: $0) } ?? []
    }

    private static func operators(_ graph: Graph) -> [OperatorCount] {
        var counts: [String: Int] = [:]
        for node in graph.nodes { counts[node.qualifiedType, default: 0] += 1 }
        return counts.map { OperatorCount(operatorType: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.operatorType) < ($0.count, $1.operatorType) }
    }

    private static func opset(_ model: Model) -> (Int?, String?) {
        do { return (try ProgramBuilder.opset(of: model), nil) } catch { return (nil, error.description) }
    }

    private static func unsupported(_ graph: Graph, opset: Int) -> [NodeFault] {
        var faults: [NodeFault] = []
        for (index, node) in graph.nodes.enumerated() {
            do { _ = try OperatorRegistry.make(node, label: node.label(index: index), opset: opset) } catch {
                if case .node(let fault) = error { faults.append(fault) }
            }
        }
        return faults
    }
}

extension ModelSummary.Value {
    fileprivate init(_ value: ValueInfo) {
        name = value.name
        elementType = value.dataType?.description ?? "not a tensor"
        dimensions = value.dimensions?.map { dimension in
            switch dimension {
            case .fixed(let size): .fixed(size)
            case .free(let name): .free(name)
            }
        }
    }
}

import Faces
import Inference

/// What `arcface models info` says of a file.
struct ModelReport: Encodable {
    /// An input or output.
    struct Value: Encodable {
        let name, type: String
        /// Numbers for fixed dimensions, names (or `?`) for free ones; nil where the file does not say.
        let shape: [String]?

        init(_ value: ModelSummary.Value) {
            name = value.name
            type = value.elementType
            shape = value.dimensions?.map(\.description)
        }

        /// `input float32 1x3x112x112`.
        var text: String { "\(name) \(type) " + (shape.map { $0.joined(separator: "x") } ?? "?") }
    }

    /// A file beside the model that holds weights of it.
    struct DataFile: Encodable {
        let file: String
        let bytes: Int
    }

    /// A node that the engine cannot run.
    struct Unsupported: Encodable {
        let node, reason: String
        let operatorType: String

        enum CodingKeys: String, CodingKey {
            case node, reason
            case operatorType = "operator"
        }
    }

    let file, producer: String
    let irVersion: Int64
    let opsets: [String: Int64]
    let parameters: Int
    let inputs, outputs: [Value]
    let operators: [String: Int]
    /// What belongs to the model besides its own file.
    let dataFiles: [DataFile]
    let supported: Bool
    let refusal: String?
    let unsupported: [Unsupported]
    /// nil where nobody has described the model.
    let manifest: ManifestReport?

    enum CodingKeys: String, CodingKey {
        case file, producer, opsets, parameters, inputs, outputs, operators, supported, refusal, unsupported
        case manifest
        case dataFiles = "data_files"
        case irVersion = "ir_version"
    }

    init(file: String, summary: ModelSummary, manifest: ModelManifest?) {
        self.file = file
        self.manifest = manifest.map(ManifestReport.init)
        producer = summary.producer
        irVersion = summary.irVersion
        opsets = Dictionary(
            uniqueKeysWithValues: summary.operatorSets.map { ($0.key.isEmpty ? "ai.onnx" : $0.key, $0.value) }
        )
        parameters = summary.parameterCount
        inputs = summary.inputs.map(Value.init)
        outputs = summary.outputs.map(Value.init)
        operators = Dictionary(uniqueKeysWithValues: summary.operators.map { ($0.operatorType, $0.count) })
        dataFiles = summary.dataFiles.map { DataFile(file: $0.location, bytes: $0.byteCount) }
        supported = summary.isSupported
        refusal = summary.refusal
        unsupported = summary.unsupported.map {
            Unsupported(node: $0.node, reason: $0.reason, operatorType: $0.operatorType)
        }
    }

    /// The report for a person.
    var text: String {
        var lines = [
            "\(file.shown): \(parameters) parameters, made by "
                + (producer.isEmpty ? "an unnamed producer" : producer.shown)
        ]
        lines.append(
            "opsets: "
                + opsets.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        lines += dataFiles.map { "weights in \($0.file.shown), \($0.bytes) bytes" }
        lines += inputs.map { "input  " + $0.text } + outputs.map { "output " + $0.text }
        let counts = operators.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        lines.append("operators: " + counts.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        lines += unsupportedLines
        if let refusal { lines.append("cannot run: \(refusal)") }
        if supported { lines.append("every operator can be run") }
        lines += manifest?.lines ?? ["nothing is known of its preprocessing and licence"]
        return lines.joined(separator: "\n")
    }
    /// A line for each operator and reason, in the order of the first node: one operator may stand in
    /// hundreds.
    private var unsupportedLines: [String] {
        var groups: [[String]: [Unsupported]] = [:]
        var order: [[String]] = []
        for node in unsupported {
            let key = [node.operatorType, node.reason]
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(node)
        }
        return order.compactMap { groups[$0] }.map { nodes in
            let first = nodes[0]
            guard nodes.count > 1 else {
                return "cannot run node \(first.node) (\(first.operatorType)): \(first.reason)"
            }
            return
                "cannot run \(first.operatorType), \(nodes.count) nodes, the first \(first.node): \(first.reason)"
        }
    }
}

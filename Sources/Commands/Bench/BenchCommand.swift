import Foundation
import Inference
import Kernels

/// `arcface bench`: how long a model takes, or the gallery index; how well purification finds mistakes.
enum BenchCommand: Command {
    static let name = "bench"
    static let summary =
        "Times a model, the way from images to embeddings or the gallery index, or measures purification"
    static let discussion = """
        `arcface bench MODEL.onnx` runs the model on seeded noise: one second of warm-up, then --seconds of runs.
        `arcface bench image FILE...` times the way from an image file to embeddings, stage by stage, in --workers loops
        beside each other.
        `arcface bench search` times the gallery index against a full scan, on seeded unit vectors.
        `arcface bench purify` makes galleries with known mistakes out of the people of --images (a folder of folders)
        or --embeddings (a gallery's export), and counts which of them every method finds.
        """
    static let operands = Operands.atLeastOne("MODEL.onnx|image FILE...|search|purify")
    static let options: [Option] =
        ServiceOptions.models + [
            .value("--shape", "1x3x112x112", "input shape; where the model leaves it free, this is needed"),
            .value("--threads", "T", "threads a run may use (1)"),
            .value("--seconds", "S", "how long to measure (2)"),
            .value("--workers", "W", "image: loops beside each other, each with --threads of its own (1)"),
            .flag("--profile", "list time, GFLOP/s and share of peak by node"),
            .value("--count", "N", "search: faces in the index (100000)"),
            .value("--dimension", "D", "search: length of an embedding (512)"),
            .value("--images", "DIR", "purify: photographs, a folder a person"),
            .value("--embeddings", "FILE", "purify: a gallery's export (NDJSON)"),
            .value("--seeds", "N", "purify: galleries of each kind (5)"),
            .value("--half", "H", "purify: only the people of one half, tuning or test (all)"),
            .value("--least-faces", "N", "purify: photographs that an enrolled person has at least (10)"),
            .value("--most-faces", "N", "purify: photographs that a person is enrolled with at most (25)"),
            .flag("--json", "one JSON object"),
        ]

    private static let common = ["--threads", "--json"]
    private static let own = [
        "image": ServiceOptions.models.map(\.name) + ["--workers", "--seconds"],
        "search": ["--count", "--dimension", "--seconds"],
        "purify": ServiceOptions.models.map(\.name) + [
            "--images", "--embeddings", "--seeds", "--half", "--least-faces", "--most-faces",
        ],
    ]
    private static let ofModels = ["--shape", "--precision", "--profile", "--seconds"]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let subject = arguments.operands[0]
        let known = common + (own[subject] ?? ofModels)
        if let wrong = options.map(\.name).first(where: { arguments.has($0) && !known.contains($0) }) {
            throw UsageError("option \(wrong) does not go with `bench \(subject)`")
        }
        guard subject == "image" || arguments.operands.count == 1 else {
            throw UsageError("`bench \(subject)` takes no further operand")
        }
        switch subject {
        case "image": return try ImageBench(arguments).run(json: arguments.has("--json"), console)
        case "search": return try SearchBench(arguments).run(json: arguments.has("--json"), console)
        case "purify": return try PurifyBench(arguments).run(json: arguments.has("--json"), console)
        default: return try ModelBench(arguments).run(json: arguments.has("--json"), console)
        }
    }
}

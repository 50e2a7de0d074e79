import Foundation
import Inference
import Kernels

/// `arcface bench`: how long a model takes, or the gallery index.
enum BenchCommand: Command {
    static let name = "bench"
    static let summary = "Times a model, or the gallery index"
    static let discussion = """
        `arcface bench MODEL.onnx` runs the model on seeded noise: one second of warm-up, then --seconds of runs.
        `arcface bench search` times the gallery index against a full scan, on seeded unit vectors.
        """
    static let operands = Operands.exactly(1, "MODEL.onnx|search")
    static let options: [Option] = [
        .value("--shape", "1x3x112x112", "input shape; where the model leaves it free, this is needed"),
        .value("--threads", "T", "threads a run may use (1)"),
        .value("--seconds", "S", "how long to measure (2)"),
        .value("--precision", "P", "fp32, the only one there is"),
        .flag("--profile", "list the time by node"),
        .value("--count", "N", "search: faces in the index (100000)"),
        .value("--dimension", "D", "search: length of an embedding (512)"),
        .flag("--json", "one JSON object"),
    ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let foreign =
            arguments.operands[0] == "search"
            ? ["--shape", "--precision", "--profile"] : ["--count", "--dimension"]
        if let wrong = foreign.first(where: arguments.has) {
            throw UsageError("option \(wrong) does not go with `bench \(arguments.operands[0])`")
        }
        if arguments.operands[0] == "search" {
            return try SearchBench(arguments).run(json: arguments.has("--json"), console)
        }
        return try ModelBench(arguments).run(json: arguments.has("--json"), console)
    }
}

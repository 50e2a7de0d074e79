import Inference

/// `arcface run`.
enum RunCommand: Command {
    static let name = "run"
    static let summary = "Runs any supported ONNX graph on raw files"
    static let discussion = """
        Inputs are raw little-endian files in each input's own type. Writes DIR/<output>.f32 (.i64, .i32, .i8, .u8, .bool, .f64, .f16 by
        type), with / replaced by _, and DIR/shapes.json, which is its result for machines: it prints nothing and has no --json.
        """
    static let operands = Operands.exactly(1, "MODEL.onnx")
    static let options: [Option] = [
        .value("--input", "NAME=FILE", "once an input", repeats: true),
        .value("--shape", "NAME=1x3x112x112", "once an input; a scalar's is `scalar`", repeats: true),
        .value("--output-dir", "DIR", "where the outputs go"),
        .value("--threads", "T", "threads a run may use (1)"),
        .value("--precision", "P", "\(PrecisionOption.names) (fp32)"),
    ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        var options = Session.Options()
        options.threads = try arguments.int("--threads", in: 1...256) ?? 1
        options.precision = try PrecisionOption.of(arguments)
        var files: [String: String] = [:]
        for text in arguments.strings("--input") {
            let pair = try NamedValue(text, option: "--input")
            guard files.updateValue(pair.value, forKey: pair.name) == nil else {
                throw UsageError("--input \(pair.name) is given twice")
            }
        }
        var shapes: [String: [Int]] = [:]
        for text in arguments.strings("--shape") {
            let (name, shape) = try TensorShape.named(text, option: "--shape")
            guard shapes.updateValue(shape.dimensions, forKey: name) == nil else {
                throw UsageError("--shape \(name) is given twice")
            }
        }
        let folder = try arguments.required("--output-dir")
        try OutputFolder(path: folder).check()
        let model = arguments.operands[0]
        let session = try ModelFailure.naming(model) { try Session(modelAt: model, options: options) }
        try RawRunner(session).run(files: files, shapes: shapes, directory: folder)
        return 0
    }
}

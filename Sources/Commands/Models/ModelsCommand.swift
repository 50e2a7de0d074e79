import Faces

/// `arcface models`.
enum ModelsCommand: Command {
    static let name = "models"
    static let summary = "Lists known models, or says what a file is"
    static let discussion = """
        `arcface models list` names the built-in models and the published files that need no manifest, with licence,
        size and SHA-256. `arcface models info FILE` reads any ONNX file: operators, shapes, what the engine cannot
        run, by node, and what its manifest says; NAME is that of a built-in model.
        """
    static let operands = Operands.between(1...2, "list|info [FILE|NAME]")
    static let options: [Option] = [.flag("--json", "an object (a line for each model)")]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        switch (arguments.operands[0], arguments.operands.count) {
        case ("list", 1): try list(json: arguments.has("--json"), console)
        case ("info", 2): try info(arguments.operands[1], json: arguments.has("--json"), console)
        case ("info", _): throw UsageError("missing argument: FILE")
        case ("list", _): throw UsageError("unexpected argument '\(arguments.operands[1])'")
        default: throw UsageError("'\(arguments.operands[0])' is not known; there are list and info")
        }
        return 0
    }

    private static func list(json: Bool, _ console: Console) throws {
        for row in BuiltInModel.all.map(BuiltInModelRow.init) {
            console.print(json ? try JSONText.of(row) : row.text)
        }
        for model in KnownModel.all {
            let row = KnownModelRow(model)
            console.print(json ? try JSONText.of(row) : row.text)
        }
    }

    private static func info(_ file: String, json: Bool, _ console: Console) throws {
        let report = try ModelReport.of(file)
        console.print(json ? try JSONText.of(report) : report.text)
    }
}

import Encodings
import FaceService
import Faces

/// `arcface models`.
enum ModelsCommand: Command {
    static let name = "models"
    static let summary = "Lists, gets and adds models, or says what a file is"
    static let discussion = """
        `models list` shows the built-in models, the known ones and those in the folder of models (DATA/models) with
        licence, size and SHA-256. `models pull NAME` downloads a known model, or a bundle of a detector and a recogniser
        (buffalo_l, opencv_zoo), over HTTPS; the same command goes on with a download that was broken off. With --url
        and --sha256 it comes from a server of your own, and NAME may be any. `models add FILE` copies a file that is
        here already, with the manifest beside it. What is in the folder is used by name: --recognizer buffalo_l.
        `models info FILE` reads any ONNX file: operators, shapes, what the engine cannot run, by node, and what its
        manifest says; NAME is that of a built-in model, of one in the folder or of a bundle. Its status is 1 where one of
        them cannot be run.
        `models prior FOLDER` records what `arcface invert` has to know of faces as a recogniser sees them, over the faces of
        the photographs in a folder and the folders within it: means over all of them, nothing of any single one.
        """
    static let operands = Operands.between(1...2, "list|info|add|pull|prior [FILE|NAME|FOLDER]")
    static let options: [Option] =
        [
            ServiceOptions.config, ServiceOptions.data,
            .value("--name", "NAME", "add: what the model is called (its manifest's name)"),
            .value("--url", "URL", "pull: from here; https, or http on this machine"),
            .value("--sha256", "HEX", "pull: of the file at --url (a known model's is known)"),
            .value("--manifest", "FILE", "pull: the manifest of a model that is not known"),
            .flag("--json", "an object (a line for each model)"),
        ] + ModelsPrior.options

    /// Options that belong to one of the words only.
    private static let own =
        ["--name": "add", "--url": "pull", "--sha256": "pull", "--manifest": "pull"].merging(
            ModelsPrior.options.map { ($0.name, "prior") }, uniquingKeysWith: { first, _ in first })

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let word = arguments.operands[0]
        guard
            let operand = [
                "list": nil, "info": "FILE or NAME", "add": "FILE", "pull": "NAME", "prior": "FOLDER",
            ][word]
        else {
            throw UsageError("'\(word)' is not known; there are list, info, add, pull and prior")
        }
        if operand == nil, arguments.operands.count > 1 {
            throw UsageError("unexpected argument '\(arguments.operands[1])'")
        }
        if let operand, arguments.operands.count < 2 { throw UsageError("missing argument: \(operand)") }
        for (option, owner) in own.sorted(by: { $0.key < $1.key })
        where owner != word && arguments.string(option) != nil {
            throw UsageError("option \(option) does not go with `models \(word)`")
        }
        switch word {
        case "list": try list(arguments, console)
        case "info": return try info(arguments, console)
        case "add": try ModelsAdd.run(arguments, console)
        case "prior": try await ModelsPrior.run(arguments, console)
        default: try await ModelsPull.run(arguments, console)
        }
        return 0
    }

    /// The folder of models that the command line, the environment and the configuration file mean.
    static func store(_ arguments: ParsedArguments) throws -> ModelStore {
        ModelStore(try ServiceOptions.configuration(arguments))
    }

    private static func list(_ arguments: ParsedArguments, _ console: Console) throws {
        let isJSON = arguments.has("--json")
        for row in BuiltInModel.all.map(BuiltInModelRow.init) {
            console.print(isJSON ? try JSONText.of(row) : row.text)
        }
        for row in try rows(store(arguments)) {
            console.print(isJSON ? try JSONText.of(row) : row.text)
        }
    }

    /// The known models, then the others of the folder.
    private static func rows(_ store: ModelStore) throws -> [ModelRow] {
        let entries = try store.entries()
        let known = try KnownModel.all.map { model in
            try ModelRow(model, entries.first { $0.name.text == model.name })
        }
        let names = Set(KnownModel.all.map(\.name))
        return try known + entries.filter { !names.contains($0.name.text) }.map { try ModelRow($0) }
    }

    private static func info(_ arguments: ParsedArguments, _ console: Console) throws -> Int32 {
        let reports = try ModelReport.of(arguments.operands[1], in: store(arguments))
        for report in reports {
            console.print(arguments.has("--json") ? try JSONText.of(report) : report.text)
        }
        return reports.allSatisfy(\.supported) ? 0 : 1
    }
}

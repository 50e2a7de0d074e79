import Encodings
import FaceService
import Foundation
import Kernels

/// The `arcface` executable: finds the command, parses its words, turns errors into exit statuses.
package enum CommandLineTool {
    /// Every command, in the order help lists them.
    package static let commands: [any Command.Type] = [
        ServeCommand.self, DetectCommand.self, EmbedCommand.self, VerifyCommand.self, EnrollCommand.self,
        IdentifyCommand.self, PurifyCommand.self, CalibrateCommand.self, ReembedCommand.self,
        EvaluateCommand.self, InvertCommand.self,
        BenchCommand.self, RunCommand.self,
        ModelsCommand.self, KeyCommand.self, BackupCommand.self, RestoreCommand.self, CheckCommand.self,
        VersionCommand.self,
    ]

    /// Runs the words that the process was started with; the exit status.
    package static func runWords(console: Console = .standard) async -> Int32 {
        // A file that may not grow (`ulimit -f`) is a write that fails, as on a full disk, and not the end.
        signal(SIGXFSZ, SIG_IGN)
        var words: [String] = []
        for index in 1..<max(1, Int(CommandLine.argc)) {
            // `CommandLine.arguments` would put U+FFFD for what is not UTF-8, and so name another file.
            guard let word = CommandLine.unsafeArgv[index].flatMap({ String(validatingCString: $0) }) else {
                console.note("arcface: argument \(index), '\(CommandLine.arguments[index])', is not UTF-8")
                return 2
            }
            words.append(word)
        }
        return await run(words, console: console)
    }

    /// Runs `arguments` (without the executable's name) and returns the exit status:
    /// 0 done, 1 failed, 2 usage.
    package static func run(
        _ arguments: [String], console: Console = .standard,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async -> Int32 {
        guard let name = arguments.first else {
            console.note(CommandHelp.overview(commands))
            return 2
        }
        switch name {
        case "help", "--help", "-h":
            return help(Array(arguments.dropFirst()), console: console)
        case "--version":
            return await run(["version"], console: console, environment: environment)
        default:
            break
        }
        guard let command = commands.first(where: { $0.name == name }) else {
            console.note("arcface: unknown command '\(name)'; `arcface help` lists them")
            return 2
        }
        if arguments.contains("--help") || arguments.contains("-h") { return help([name], console: console) }
        // Before any kernel runs, which could only trap.
        do { _ = try KernelTable.named(environment[KernelTable.variable]) } catch {
            console.note("arcface \(name): \(error)")
            return 2
        }
        return await run(command, Array(arguments.dropFirst()), console: console)
    }

    private static func run(_ command: any Command.Type, _ words: [String], console: Console) async -> Int32 {
        BLAS.endOwnThreads()
        var isJSON = false
        do {
            let parsed = try ParsedArguments(words, options: command.options, operands: command.operands)
            isJSON = parsed.has("--json")
            return try await command.run(parsed, console: console)
        } catch let error as UsageError {
            console.note("arcface \(command.name): \(error)\nusage: \(CommandHelp.usage(command))")
            return 2
        } catch {
            console.endProgress()
            if isJSON, !(error is LateFailure) { console.print(CommandProblem.json(of: error).jsonText()) }
            console.note("arcface \(command.name): \(error)")
            return 1
        }
    }

    private static func help(_ words: [String], console: Console) -> Int32 {
        guard let name = words.first else {
            console.print(CommandHelp.overview(commands))
            return 0
        }
        guard let command = commands.first(where: { $0.name == name }) else {
            console.note("arcface: unknown command '\(name)'; `arcface help` lists them")
            return 2
        }
        console.print(CommandHelp.page(command))
        return 0
    }
}

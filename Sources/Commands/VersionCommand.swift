import Encodings
import FaceService

/// `arcface version`.
enum VersionCommand: Command {
    static let name = "version"
    static let summary = "Prints the version"
    static let options: [Option] = [.flag("--json", "one object")]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let version = ServiceVersion.current
        console.print(arguments.has("--json") ? try JSONText.of(["version": version]) : "arcface \(version)")
        return 0
    }
}

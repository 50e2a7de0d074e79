import FaceService

/// `arcface version`.
enum VersionCommand: Command {
    static let name = "version"
    static let summary = "Prints the version"
    static let options: [Option] = []

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        console.print("arcface \(ServiceVersion.current)")
        return 0
    }
}

import FaceService
import Gallery

/// `arcface check`.
enum CheckCommand: Command {
    static let name = "check"
    static let summary = "Tests the database and the models"
    static let discussion = "Reads every row and every embedding, and runs the self-test of the two networks."
    static let options = ServiceOptions.models + [.flag("--json", "one object")]

    /// What `--json` prints.
    private struct Report: Encodable {
        let galleries, faces: Int
        let problems: [String]
    }

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let configuration = try ServiceOptions.configuration(arguments)
        let report = try await ServiceAccess.application(configuration) { application in
            let integrity = try await application.store.check()
            var problems = integrity.problems
            do {
                try application.recognition.analyzer.selfTest()
            } catch {
                problems.append("models: \(error)")
            }
            return Report(galleries: integrity.galleries, faces: integrity.faces, problems: problems)
        }
        if arguments.has("--json") {
            console.print(try JSONText.of(report))
        } else {
            report.problems.forEach { console.print($0) }
            console.print(
                "\(report.galleries) galleries, \(report.faces) faces, \(report.problems.count) problems")
        }
        return report.problems.isEmpty ? 0 : 1
    }
}

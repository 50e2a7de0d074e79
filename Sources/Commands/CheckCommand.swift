import Encodings
import FaceService
import Faces
import Gallery

/// `arcface check`.
enum CheckCommand: Command {
    static let name = "check"
    static let summary = "Tests the database and the models"
    static let discussion = """
        Reads every row and every embedding, and runs the self-test of the two networks: where a model's manifest has golden
        answers (the built-in models' have), against those, else for answers that are sound. Damaged embeddings, with which the
        service does not start, are listed with their faces, the first \(DamagedEmbeddings.listLimit) of them; what to do
        about them stands in docs/operating.md, "In trouble". As every command that opens a database it brings an older one up
        to date first, and says so; there is no way back.
        """
    static let options = ServiceOptions.models + [.flag("--json", "one object")]

    /// What `--json` prints.
    private struct Report: Encodable {
        let galleries, faces: Int
        let selfTests: [SelfTest]
        let problems: [String]
        let damagedEmbeddings: DamageReport

        enum CodingKeys: String, CodingKey {
            case galleries, faces, problems
            case selfTests = "self_tests"
            case damagedEmbeddings = "damaged_embeddings"
        }
    }

    private struct SelfTest: Encodable {
        let model: String
        let golden: Bool
        let detail: String
    }

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let configuration = try ServiceOptions.configuration(arguments)
        let report = try await report(configuration, console)
        if arguments.has("--json") {
            console.print(try JSONText.of(report))
        } else {
            report.selfTests.forEach { console.print("\($0.model): \($0.detail)") }
            report.problems.forEach { console.print($0) }
            console.print(
                "\(report.galleries) galleries, \(report.faces) faces, \(report.problems.count) problems")
        }
        return report.problems.isEmpty ? 0 : 1
    }

    /// Where there is no database, the models are tested all the same. That there is none is a problem if
    /// somebody has said where it would be.
    private static func report(
        _ configuration: Configuration, _ console: Console
    ) async throws -> Report {
        do throws(ConfigurationError) { try configuration.requireDatabase() } catch {
            return try await ServiceAccess.recognition(configuration) { recognition in
                let problems = configuration.namesDatabase ? [error.description] : []
                let nothing = IntegrityReport(problems: problems)
                return report(nothing, testing: recognition)
            }
        }
        return try await ServiceAccess.application(configuration, console, leavingOutDamaged: true) {
            application in
            report(try await application.store.check(), testing: application.recognition)
        }
    }

    private static func report(
        _ integrity: IntegrityReport, testing recognition: FaceRecognition
    ) -> Report {
        var problems = integrity.problems
        var selfTests: [SelfTest] = []
        do {
            selfTests = try recognition.analyzer.selfTest().map {
                SelfTest(model: $0.model, golden: $0.isGolden, detail: $0.detail)
            }
        } catch {
            problems.append("models: \(error)")
        }
        return Report(
            galleries: integrity.galleries, faces: integrity.faces, selfTests: selfTests, problems: problems,
            damagedEmbeddings: DamageReport(integrity.damagedEmbeddings))
    }
}

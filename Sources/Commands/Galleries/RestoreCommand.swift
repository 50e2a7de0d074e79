import Encodings
import FaceService
import Gallery

/// `arcface restore`.
enum RestoreCommand: Command {
    static let name = "restore"
    static let summary = "Puts a backup in the place of the database"
    static let discussion = """
        FILE is what `arcface backup` or POST /admin/backup wrote; it stays where it is. The service has to be stopped: where a
        process has the data folder, nothing is done (but `arcface key` and `arcface backup` work beside others and are not
        seen: let none run meanwhile). A copy is made beside the database and checked (a database of
        arcface, of no newer version, sound), then the present database goes with its -wal and -shm into a folder
        before-restore-TIME beside it, and the copy takes its place, readable by its owner only. Where anything fails, the
        database is as it was. Run it as the service's user. Enrolments since the backup are lost; faces and keys that
        were deleted since then are there again. The folder with what was there is for you to delete.
        """
    static let operands = Operands.exactly(1, "FILE")
    static let options = [ServiceOptions.config, ServiceOptions.data, .flag("--json", "one object")]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let configuration = try ServiceOptions.configuration(arguments)
        console.progress("restore: copying and checking")
        let record = try await configuration.restore().run(from: arguments.operands[0])
        console.endProgress()
        console.print(arguments.has("--json") ? RestoredDatabaseAnswer(record).jsonText() : text(record))
        return 0
    }

    private static func text(_ record: RestoreRecord) -> String {
        var lines = [
            "\(record.database.shown): \(record.galleries) galleries, \(record.identities) identities, "
                + "\(record.faces) faces, \(record.bytes.grouped) bytes, from \(record.file.shown)"
        ]
        if let folder = record.putAside { lines.append("put aside: \(folder.shown)") }
        if record.steps < record.knownSteps {
            lines.append(
                "its schema is at step \(record.steps) of \(record.knownSteps); whatever opens it next upgrades it"
            )
        }
        return lines.joined(separator: "\n")
    }
}

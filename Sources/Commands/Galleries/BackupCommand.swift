import Encodings
import FaceService
import Foundation
import Gallery

/// `arcface backup`.
enum BackupCommand: Command {
    static let name = "backup"
    static let summary = "Copies the database while it is in use"
    static let discussion = """
        Writes a consistent copy to the folder for backups (backup.folder; `backups` in the data folder by default), in one file
        named by the time, and prints where it is. It works beside a running service, which goes on meanwhile, and without
        one. The copy has been checked and is on the disk when the command ends; after it the oldest go beyond backup.keep
        of them, if that is set. In a folder that --to names nothing is deleted. A database of an older version is copied
        as it is, one of a newer version refused. SIGINT and SIGTERM end the command with nothing left of the copy. How to restore
        one stands in docs/operating.md.
        """
    static let options = [
        ServiceOptions.config, ServiceOptions.data,
        .value("--to", "FOLDER", "where the copy goes, instead of backup.folder; made where it is missing"),
        .flag("--json", "one object, as the endpoint answers it"),
    ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let folder = arguments.string("--to")
        guard folder != "" else { throw UsageError("--to: a folder is expected") }
        let configuration = try ServiceOptions.configuration(arguments)
        try configuration.requireDatabase()
        let signals = TerminationSignals()
        defer { signals.end() }
        do {
            let backup = try await make(configuration.backup(to: folder), console, signals)
            console.endProgress()
            console.print(arguments.has("--json") ? BackupAnswer(backup).jsonText() : text(backup))
            return 0
        } catch let error as GalleryError where error.isGivenUpBackup {
            console.endProgress()
            console.note("arcface backup: interrupted; nothing of the copy is left")
            return TerminationSignals.exitStatus(signals.received ?? SIGINT)
        }
    }

    private static func make(
        _ backup: GalleryBackup, _ console: Console, _ signals: TerminationSignals
    ) async throws -> BackupRecord {
        let cancellation = Cancellation()
        // Also where nothing is told for long.
        let watch = Task {
            await signals.first()
            if signals.received != nil { cancellation.cancel() }
        }
        defer { watch.cancel() }
        return try await backup.run(cancellation) { progress in
            console.progress(text(progress))
            if signals.received != nil { cancellation.cancel() }
        }
    }

    private static func text(_ progress: BackupProgress) -> String {
        switch progress {
        case .copying(let bytes, let total):
            "backup: \(total > 0 ? min(100, bytes * 100 / total) : 0) % of \(total.grouped) bytes"
        case .checking: "backup: checking the copy"
        }
    }

    private static func text(_ backup: BackupRecord) -> String {
        let removed = backup.removed.map { "\ndeleted: \($0)" }.joined()
        return "\(backup.path.shown): \(backup.galleries) galleries, \(backup.identities) identities, "
            + "\(backup.faces) faces, \(backup.bytes.grouped) bytes" + removed
    }
}

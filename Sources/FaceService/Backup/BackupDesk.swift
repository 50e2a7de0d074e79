package import Gallery
import Locks

/// What happens to backups, for whoever logs.
package enum BackupEvent: Sendable {
    case progress(BackupProgress)
    case written(BackupRecord)
    /// Its client, if it is still there, is answered with it, too.
    case failed(any Error)
}

/// Makes the backups of a running service, one at a time.
///
/// One that has begun goes on without its client: proxies give up after a minute, and a large copy may take
/// longer. It ends with the service.
package final class BackupDesk: Sendable {
    private struct Work {
        let task: Task<BackupRecord, any Error>
        let cancellation: Cancellation
    }

    private struct State {
        var isClosing = false
        var underWay: Work?
    }

    private let backup: GalleryBackup
    private let folder: String
    private let state = Locked(State())
    private let observer = Locked<(@Sendable (BackupEvent) -> Void)?>(nil)

    init(_ configuration: Configuration) {
        backup = configuration.backup()
        folder = configuration.backupFolder
    }

    /// Tells `observer` from now on, and nobody else. It is called on the backup's queue and must be short.
    package func report(to observer: @escaping @Sendable (BackupEvent) -> Void) {
        self.observer.withLock { $0 = observer }
    }

    /// Makes a backup and waits for it.
    ///
    /// - Throws: `GalleryError.backupRefused`, of the kind `running` where one is under way;
    ///   `QueueRefusal.closing`.
    package func make() async throws -> BackupRecord { try await begin().value }

    /// The backups there are, those of other processes too.
    package func inventory() async -> BackupInventory { await backup.inventory() }

    /// Gives up what is under way, and waits for its end.
    func shutDown() async {
        let task = state.withLock { state in
            state.isClosing = true
            state.underWay?.cancellation.cancel()
            return state.underWay?.task
        }
        _ = await task?.result
    }

    private func begin() throws -> Task<BackupRecord, any Error> {
        try state.withLock { state in
            guard !state.isClosing else { throw QueueRefusal.closing }
            guard state.underWay == nil else {
                throw GalleryError.backupRefused(folder: folder, .running(process: nil))
            }
            let cancellation = Cancellation()
            let task = Task { try await run(cancellation) }
            state.underWay = Work(task: task, cancellation: cancellation)
            return task
        }
    }

    private func run(_ cancellation: Cancellation) async throws -> BackupRecord {
        let observer = observer.withLock { $0 }
        defer { state.withLock { $0.underWay = nil } }
        do {
            let record = try await backup.run(cancellation) { observer?(.progress($0)) }
            observer?(.written(record))
            return record
        } catch {
            observer?(.failed(error))
            throw error
        }
    }
}

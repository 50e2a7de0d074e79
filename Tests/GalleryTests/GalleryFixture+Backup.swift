import Dispatch
import Encodings
import Foundation
import Gallery
import Locks
import TestKit
import Testing

extension GalleryFixture {
    /// Where its backups go; not there before the first.
    var backups: String { folder.file("backups") }

    func backup(keeping keep: Int = 0, now: @escaping @Sendable () -> Timestamp = Timestamp.now)
        -> GalleryBackup
    {
        GalleryBackup(of: path, to: backups, keeping: keep, now: now)
    }

    /// What stands in the folder for backups.
    var backupNames: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: backups)) ?? []).sorted()
    }

    /// Faces with crops of noise, some megabytes together, so that a copy takes many steps.
    func fill() async throws {
        var generator = SeededGenerator(seed: 3)
        let faces = (0..<2_000).map { _ in
            NewFace(
                embedding: randomUnit(8, &generator),
                crop: (0..<3_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
        _ = try await store.enroll(faces, as: name("many"), in: people, model: Self.model)
    }
}

/// What a test does once in the middle of a copy: some of it is written, most of it not.
final class Midway: Sendable {
    private let body: @Sendable () -> Void
    private let isDone = Locked(false)

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// Whether the copy came to its middle.
    var came: Bool { isDone.withLock { $0 } }

    func look(_ progress: BackupProgress) {
        guard case .copying(let bytes, let total) = progress, bytes > 0 else { return }
        let isFirst = isDone.withLock { isDone in
            defer { isDone = true }
            return !isDone
        }
        guard isFirst else { return }
        #expect(bytes < total / 2)
        body()
    }
}

/// Stops the calling thread, which is not of the cooperative pool, until `body` is done or takes too long.
func waitFor(_ body: @escaping @Sendable () async throws -> Void) {
    let end = DispatchSemaphore(value: 0)
    let failure = Locked<String?>(nil)
    Task {
        do { try await body() } catch {
            let text = "\(error)"
            failure.withLock { $0 = text }
        }
        end.signal()
    }
    #expect(end.wait(timeout: .now() + .seconds(HangGuard.gateSeconds)) == .success)
    #expect(failure.withLock { $0 } == nil)
}

/// Runs SQLite's own check over a backup, as an outsider; what is wrong.
func fault(of file: String) throws -> String? {
    let raw = try RawDatabase(file)
    let answer = try raw.text("PRAGMA integrity_check")
    return answer == "ok" ? nil : answer
}

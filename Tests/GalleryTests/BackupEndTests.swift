import Foundation
import Gallery
import Locks
import TestKit
import Testing

/// Backups that don't come to their end.
@Suite struct BackupEndTests {
    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `one backup is made at a time, and the next goes when the first is done`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.fill()
        let second = Locked<GalleryError?>(nil)
        let midway = Midway {
            waitFor {
                let error = await refusal { () throws(GalleryError) in try await fixture.backup().run() }
                second.withLock { $0 = error }
            }
        }
        let first = try await fixture.backup().run { midway.look($0) }
        let error = second.withLock { $0 }
        #expect(error == .backupRefused(folder: fixture.backups, .running(process: getpid())))
        #expect(fixture.backupNames == [first.file])
        #expect(try fault(of: first.path) == nil)
        _ = try await fixture.backup().run()
        #expect(fixture.backupNames.count == 2)
    }

    @Test func `one that is cancelled ends soon and leaves nothing, older ones stay`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.fill()
        let old = try await fixture.backup(keeping: 1).run()
        for stage in ["before", "begin", "middle", "check"] {
            let cancellation = Cancellation()
            if stage == "before" { cancellation.cancel() }
            let seen = Locked<[BackupProgress]>([])
            let error = await refusal { () throws(GalleryError) in
                try await fixture.backup(keeping: 1).run(cancellation) { progress in
                    seen.withLock { $0.append(progress) }
                    switch (stage, progress) {
                    case ("begin", .copying(0, _)), ("check", .checking): cancellation.cancel()
                    case ("middle", .copying(let bytes, _)) where bytes > 0: cancellation.cancel()
                    default: break
                    }
                }
            }
            #expect(error == .backupRefused(folder: fixture.backups, .cancelled), "\(stage)")
            #expect(fixture.backupNames == [old.file], "\(stage)")
            let last = seen.withLock { $0.last }
            switch (stage, last) {
            case ("before", .copying(0, _)), ("begin", .copying(0, _)), ("check", .checking): break
            case ("middle", .copying(let bytes, let total)): #expect(0 < bytes && bytes < total / 2)
            default: Issue.record("\(stage) went on to \(String(describing: last))")
            }
        }
        _ = try await fixture.backup().run()
    }

    /// The statement is in the middle of its work, and nothing looks at a flag before it ends by itself.
    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `another thread may cancel it`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.fill()
        let cancellation = Cancellation()
        let midway = Midway { waitFor { cancellation.cancel() } }
        let error = await refusal { () throws(GalleryError) in
            try await fixture.backup().run(cancellation) { midway.look($0) }
        }
        #expect(midway.came && error == .backupRefused(folder: fixture.backups, .cancelled))
        #expect(fixture.backupNames == [])
    }

    @Test func `progress comes to the end of the copy and then to the check`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.fill()
        let seen = Locked<[BackupProgress]>([])
        let backup = try await fixture.backup().run { progress in seen.withLock { $0.append(progress) } }
        let all = seen.withLock { $0 }
        let copied = all.compactMap { if case .copying(let bytes, _) = $0 { bytes } else { nil } }
        #expect(copied.first == 0 && copied == copied.sorted() && (copied.last ?? 0) > backup.bytes / 2)
        #expect(copied.count > 5 && copied.count <= 101 && all.last == .checking)
        #expect(all.count == copied.count + 1)
    }

    @Test(arguments: [0, 64, 1_000, 4_000])
    func `a disk without room for it refuses it, and takes nothing from it`(kilobytes: Int) async throws {
        let folder = TemporaryFolder()
        await #expect(processExitsWith: .success) {
            [folder = folder.path as String, kilobytes = kilobytes as Int] in
            let store = try await GalleryStore.open(path: folder + "/faces.db")
            let people = try GalleryName("people")
            _ = try await store.putGallery(people, model: GalleryFixture.model)
            let faces = (0..<200).map {
                NewFace(embedding: axis($0 % 8), crop: [UInt8](repeating: 7, count: 30_000))
            }
            _ = try await store.enroll(faces, as: try name("ada"), in: people, model: GalleryFixture.model)
            let backup = GalleryBackup(of: folder + "/faces.db", to: folder + "/copies", keeping: 0)
            try SmallDisk.limit(folder + "/copies", to: kilobytes << 10)
            let error = await refusal { () throws(GalleryError) in try await backup.run() }
            try #require(SmallDisk.refusals > 0)
            try #require(error == .backupRefused(folder: folder + "/copies", .full))
            try #require(try FileManager.default.contentsOfDirectory(atPath: folder + "/copies") == [])
            SmallDisk.free()
            try #require(try await backup.run().faces == 200)
            try #require(try await store.check().problems == [])
        }
    }
}

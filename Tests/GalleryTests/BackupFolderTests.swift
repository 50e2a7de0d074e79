import Encodings
import Foundation
import Gallery
import Locks
import TestKit
import Testing

/// The folder that backups stand in.
@Suite struct BackupFolderTests {
    /// Files by hand, which say what they are.
    private func put(_ names: [String], in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in names {
            try Data("made by hand".utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
        }
    }

    private static func seconds(_ text: String) throws -> Int64 {
        try #require(Timestamp(rfc3339: text)).milliseconds
    }

    @Test func `a backup is named by the second of its snapshot`() async throws {
        let fixture = try await GalleryFixture()
        let time = ManualTime()
        for (text, name) in [
            ("2026-11-27T11:40:05.999Z", "arcface-20261127T114005Z.sqlite"),
            ("1969-12-31T23:59:59.500Z", "arcface-19691231T235959Z.sqlite"),
        ] {
            time.set(try Self.seconds(text))
            let backup = try await fixture.backup(now: { time.now }).run()
            #expect(backup.file == name && backup.createdAt.rfc3339 == text)
        }
    }

    @Test func `backups of the same second stand beside each other, and nothing is written over`()
        async throws
    {
        let fixture = try await GalleryFixture()
        let time = ManualTime()
        time.set(try Self.seconds("2026-11-27T11:40:05Z"))
        try put(["arcface-20261127T114005Z-2.sqlite"], in: fixture.backups)
        try FileManager.default.createSymbolicLink(
            atPath: fixture.backups + "/arcface-20261127T114005Z-4.sqlite", withDestinationPath: "/nowhere")
        var names: [String] = []
        for _ in 0..<3 { names.append(try await fixture.backup(now: { time.now }).run().file) }
        #expect(names == ["", "-3", "-5"].map { "arcface-20261127T114005Z\($0).sqlite" })
        let byHand = try Data(
            contentsOf: URL(fileURLWithPath: fixture.backups + "/arcface-20261127T114005Z-2.sqlite"))
        #expect(byHand == Data("made by hand".utf8))
    }

    @Test func `the oldest go after a new one, and nothing that is not named as ours is`() async throws {
        let fixture = try await GalleryFixture()
        let time = ManualTime()
        let others = [
            "arcface-20201127T114005Z.sqlite.bak", "arcface-20201327T114005Z.sqlite",
            "arcface-20201127T114005Z-1.sqlite", "arcface-20201127T114005Z-02.sqlite",
            "arcface-20201127T114005Z-.sqlite", "arcface-20201127T114005Z-+3.sqlite",
            "arcface-20201127T114005.sqlite", "arcface-20201127T11400AZ.sqlite", "arcface-.sqlite",
            "arcface-20201127 114005Z.sqlite", "arcface-20201127T114005z.sqlite",
            "arcface-20201127T114005Z-0.sqlite", "arcface-20201127T114005Z--2.sqlite",
            "Arcface-20201127T114005Z.sqlite", "arcface-20201127T114005Z.sqlite ", "arcface.sqlite",
            "notes.txt", "arcface-20201127T114005Z-2-3.sqlite", "arcface-20201127T114060Z.sqlite",
        ]
        try put(others, in: fixture.backups)
        // Ours by their names, yet no files.
        let (link, folder) = ("arcface-20201127T114006Z.sqlite", "arcface-20201127T114007Z.sqlite")
        try FileManager.default.createSymbolicLink(
            atPath: fixture.backups + "/" + link, withDestinationPath: fixture.path)
        try FileManager.default.createDirectory(
            atPath: fixture.backups + "/" + folder, withIntermediateDirectories: false)
        var made: [String] = []
        for round in 0..<5 {
            time.set(try Self.seconds("2026-11-27T11:40:05Z") + Int64(round / 2) * 1000)
            let backup = try await fixture.backup(keeping: 2, now: { time.now }).run()
            #expect(backup.removed == (round < 2 ? [] : [made[round - 2]]))
            made.append(backup.file)
        }
        #expect(Set(fixture.backupNames) == Set(others + [link, folder] + made.suffix(2)))
        // Twelve comes after two, whatever the letters say.
        time.set(try Self.seconds("2026-11-27T11:40:09Z"))
        for _ in 0..<12 { _ = try await fixture.backup(now: { time.now }).run() }
        let last = try await fixture.backup(keeping: 3, now: { time.now }).run()
        #expect(last.file == "arcface-20261127T114009Z-13.sqlite" && last.removed.count == 12)
        #expect(
            Set(fixture.backupNames).subtracting(others + [link, folder])
                == Set([11, 12, 13].map { "arcface-20261127T114009Z-\($0).sqlite" }))
        #expect(FileManager.default.fileExists(atPath: fixture.path))
    }

    @Test func `a clock that was turned back does not cost the new backup`() async throws {
        let fixture = try await GalleryFixture()
        let time = ManualTime()
        let first = try await fixture.backup(keeping: 1, now: { time.now }).run()
        time.set(time.now.milliseconds - 86_400_000)
        let second = try await fixture.backup(keeping: 1, now: { time.now }).run()
        #expect(second.removed == [first.file] && fixture.backupNames == [second.file])
    }

    @Test func `without a number all are kept`() async throws {
        let fixture = try await GalleryFixture()
        for _ in 0..<4 { #expect(try await fixture.backup().run().removed == []) }
        #expect(fixture.backupNames.count == 4)
    }

    @Test func `the inventory tells how many there are and of the newest`() async throws {
        let fixture = try await GalleryFixture()
        let empty = await fixture.backup().inventory()
        #expect(empty.count == 0 && empty.newest == nil)
        let time = ManualTime()
        time.set(try Self.seconds("2026-11-27T11:40:05.250Z"))
        try put(
            ["arcface-20201127T114005Z.sqlite", "arcface-20271127T114005Z.sqlite.partial"],
            in: fixture.backups)
        let backup = try await fixture.backup(now: { time.now }).run()
        let inventory = await fixture.backup().inventory()
        #expect(inventory.count == 2 && inventory.newest?.bytes == backup.bytes)
        #expect(inventory.newest?.createdAt.rfc3339 == "2026-11-27T11:40:05.000Z")
    }

    @Test func `a backup that was killed leaves nothing that the next one does not clear away`() async throws
    {
        let fixture = try await GalleryFixture()
        try await fixture.fill()
        await fixture.store.close()
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = fixture.path as String, backups = fixture.backups as String] in
            _ = try await GalleryBackup(of: path, to: backups, keeping: 0).run {
                if case .copying(let bytes, _) = $0, bytes > 0 { kill(getpid(), SIGKILL) }
            }
        }
        #expect(fixture.backupNames.contains { $0.hasSuffix(".sqlite.partial") })
        #expect(!fixture.backupNames.contains { $0.hasSuffix(".sqlite") })
        let others = [
            "mine.partial", "arcface-20201127T114005Z.sqlite.partial.gz", "arcface-2020.sqlite.partial",
        ]
        try put(others + ["arcface-20201127T114005Z.sqlite.partial-journal"], in: fixture.backups)
        let backup = try await fixture.backup().run()
        #expect(backup.faces == 2_000 && fixture.backupNames == (others + [backup.file]).sorted())
    }

    @Test func `a folder that can't be used is named, and nothing is written elsewhere`() async throws {
        let fixture = try await GalleryFixture()
        try put(["a file"], in: fixture.folder.path)
        let folder = fixture.folder.file("a file/backups")
        let error = await refusal { () throws(GalleryError) in
            try await GalleryBackup(of: fixture.path, to: folder, keeping: 0).run()
        }
        #expect(error == .backupRefused(folder: folder, .inaccessible("Not a directory")))
        #expect(error?.description.contains(folder) == true)
    }

    /// Root may write anywhere, so the child becomes nobody first.
    @Test func `a folder that may not be written is named`() async throws {
        let folder = TemporaryFolder()
        try put([], in: folder.file("backups"))
        chmod(folder.path, 0o777)
        chmod(folder.file("backups"), 0o555)
        await #expect(processExitsWith: .success) { [folder = folder.path as String] in
            if geteuid() == 0 { try #require(seteuid(65534) == 0) }
            let store = try await GalleryStore.open(path: folder + "/faces.db")
            let backup = GalleryBackup(of: folder + "/faces.db", to: folder + "/backups", keeping: 0)
            let error = await refusal { () throws(GalleryError) in try await backup.run() }
            try #require(
                error == .backupRefused(folder: folder + "/backups", .inaccessible("Permission denied")))
            await store.close()
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("backups")) == [])
    }

    @Test func `folders are made as deep as they are missing`() async throws {
        let fixture = try await GalleryFixture()
        let folder = fixture.folder.file("a/b/c/")
        let backup = try await GalleryBackup(of: fixture.path, to: folder, keeping: 0).run()
        #expect(FileManager.default.fileExists(atPath: fixture.folder.file("a/b/c/" + backup.file)))
        for name in ["a", "a/b", "a/b/c"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: fixture.folder.file(name))
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }
}

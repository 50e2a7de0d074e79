import Encodings
import Foundation
import Gallery
import TestKit
import Testing

/// A backup in the place of the database.
@Suite struct RestoreTests {
    private static let time = Timestamp(rfc3339: "2026-11-27T11:40:05Z")!
    private static let aside = "before-restore-20261127T114005Z"

    private func restore(_ fixture: GalleryFixture) -> GalleryRestore {
        GalleryRestore(of: fixture.path, now: { Self.time })
    }

    private func names(_ fixture: GalleryFixture, _ folder: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: fixture.folder.file(folder))) ?? []).sorted()
    }

    /// A database of one face more than its backup.
    private func ready() async throws -> (GalleryFixture, BackupRecord) {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        let backup = try await fixture.backup().run()
        try await fixture.enroll("late", axis(1))
        return (fixture, backup)
    }

    @Test
    func `the log that a killed process left goes with its database and does not touch the restored one`()
        async throws
    {
        let (fixture, backup) = try await ready()
        // As after `kill -9`: the newest face stands in the log alone.
        let (database, log) = (
            try Data(contentsOf: URL(fileURLWithPath: fixture.path)),
            try Data(contentsOf: URL(fileURLWithPath: fixture.path + "-wal"))
        )
        await fixture.store.close()
        try database.write(to: URL(fileURLWithPath: fixture.path))
        try log.write(to: URL(fileURLWithPath: fixture.path + "-wal"))

        let record = try await restore(fixture).run(from: backup.path)
        #expect(record.faces == 1 && record.identities == 1 && record.galleries == 1)
        #expect(record.bytes == backup.bytes && record.steps == Migration.all.count)
        #expect(record.putAside == fixture.folder.file(Self.aside))
        #expect(names(fixture) == ["backups", Self.aside, "faces.db"])
        #expect(names(fixture, Self.aside) == ["faces.db", "faces.db-wal"])
        let restored = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        #expect(restored == (try Data(contentsOf: URL(fileURLWithPath: backup.path))))
        for (path, mode) in [(fixture.path, 0o600), (fixture.folder.file(Self.aside), 0o700)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == mode)
        }
        let store = try await GalleryStore.open(path: fixture.path)
        #expect(try await store.gallery(fixture.people).faces == 1)
        #expect(try await store.check().problems == [])
        await store.close()
        let old = try await GalleryStore.open(path: fixture.folder.file(Self.aside + "/faces.db"))
        #expect(try await old.gallery(fixture.people).faces == 2)
        await old.close()
    }

    @Test func `while a process has the database nothing is done`() async throws {
        let (fixture, backup) = try await ready()
        let error = await refusal { () throws(GalleryError) in
            try await restore(fixture).run(from: backup.path)
        }
        #expect(error == .databaseRefused(path: fixture.path, .inUse(process: getpid())))
        #expect(try await fixture.store.gallery(fixture.people).faces == 2)
        await fixture.store.close()
        #expect(names(fixture) == ["backups", "faces.db"])
    }

    @Test func `what is no sound database of ours is refused, and the present one is as it was`() async throws
    {
        let (fixture, backup) = try await ready()
        await fixture.store.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: backup.path)))
        var (torn, foreign) = (whole, whole)
        for index in whole.count / 2..<whole.count { torn[index] = 0x5A }
        foreign.replaceSubrange(68..<72, with: [1, 2, 3, 4])
        for (name, bytes) in [
            ("torn", torn), ("foreign", foreign), ("empty", []), ("text", Array("no database".utf8)),
            ("cut", Array(whole.prefix(whole.count / 2))),
        ] {
            let file = try fixture.folder.write(bytes, to: "copies/" + name)
            let error = await refusal { () throws(GalleryError) in
                try await restore(fixture).run(from: file)
            }
            #expect(error.map { "\($0)" }?.contains(file) == true, "\(name): \(String(describing: error))")
        }
        try RawDatabase(backup.path).execute("INSERT INTO migrations VALUES (99, 'later', 'x', 0)")
        let error = await refusal { () throws(GalleryError) in
            try await restore(fixture).run(from: backup.path)
        }
        #expect(
            error
                == .databaseRefused(
                    path: backup.path, .newerSchema(found: 99, known: Migration.all.count)))
        for file in [fixture.path, fixture.folder.file("none.sqlite")] {
            let error = await refusal { () throws(GalleryError) in
                try await restore(fixture).run(from: file)
            }
            guard case .restoreRefused(file, _)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        #expect(names(fixture) == ["backups", "copies", "faces.db"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == before)
    }

    @Test func `a file with a log beside it is refused, as it may be half of a database`() async throws {
        let (fixture, backup) = try await ready()
        await fixture.store.close()
        try Data("a log".utf8).write(to: URL(fileURLWithPath: backup.path + "-wal"))
        let error = await refusal { () throws(GalleryError) in
            try await restore(fixture).run(from: backup.path)
        }
        #expect(error == .restoreRefused(file: backup.path, .hasLog(backup.path + "-wal")))
    }

    @Test func `where there is no database only the copy comes, and what a killed restore left goes`()
        async throws
    {
        let (fixture, backup) = try await ready()
        await fixture.store.close()
        try FileManager.default.removeItem(atPath: fixture.path)
        try fixture.folder.write(Array("half".utf8), to: "faces.db.restoring")
        let record = try await restore(fixture).run(from: backup.path)
        #expect(record.putAside == nil && names(fixture) == ["backups", "faces.db"])
        // A second one of the same second puts that aside, and the third has a folder of its own.
        for folder in [Self.aside, Self.aside + "-2"] {
            let next = try await restore(fixture).run(from: backup.path)
            #expect(next.putAside == fixture.folder.file(folder))
        }
    }

    @Test func `a link stays one, and what it points to is replaced with the log beside it`() async throws {
        let (fixture, backup) = try await ready()
        await fixture.store.close()
        let link = fixture.folder.file("link.db")
        try FileManager.default.createDirectory(
            atPath: fixture.folder.file("disk"), withIntermediateDirectories: false)
        try FileManager.default.moveItem(atPath: fixture.path, toPath: fixture.folder.file("disk/faces.db"))
        try fixture.folder.write(Array("a log".utf8), to: "disk/faces.db-wal")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "disk/faces.db")
        _ = try await GalleryRestore(of: link, now: { Self.time }).run(from: backup.path)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "disk/faces.db")
        #expect(names(fixture, "disk") == [Self.aside, "faces.db"])
        #expect(names(fixture, "disk/" + Self.aside) == ["faces.db", "faces.db-wal"])
    }

    @Test func `an older database is restored as it is`() async throws {
        let (fixture, backup) = try await ready()
        await fixture.store.close()
        try RawDatabase(backup.path).execute(
            """
            ALTER TABLE identities DROP COLUMN named_at; DROP INDEX quarantine_in_order; DROP TABLE keys;
            DELETE FROM migrations WHERE number >= 9
            """)
        let record = try await restore(fixture).run(from: backup.path)
        #expect(record.steps == 8 && record.knownSteps == Migration.all.count)
        let reported = Recorder<[Int]>()
        var options = StoreOptions()
        options.migrated = { reported.add([$0, $1]) }
        for _ in 0..<2 {
            let store = try await GalleryStore.open(path: fixture.path, options: options)
            #expect(try await store.gallery(fixture.people).faces == 1)
            await store.close()
        }
        #expect(reported.all == [[8, Migration.all.count]])
    }
}

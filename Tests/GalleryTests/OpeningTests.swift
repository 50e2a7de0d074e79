import CSQLite
import Foundation
import Gallery
import TestKit
import Testing

@Suite struct OpeningTests {
    private let folder = TemporaryFolder()
    private var path: String { folder.file("faces.db") }

    /// Opens `path` and hands back why it was refused, having checked that nothing in the folder changed.
    private func refusalLeavingEverything(_ comment: Comment) async throws -> DatabaseFault? {
        let before = try contents()
        let error = await refusal { () throws(GalleryError) in _ = try await GalleryStore.open(path: path) }
        #expect(try contents() == before, comment)
        guard case .databaseRefused(let named, let fault) = error else { return nil }
        #expect(named == path)
        return fault
    }

    private func contents() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
        }
        return files
    }

    /// A cleanly closed database with a gallery of 300 faces.
    private func makeDatabase() async throws {
        let store = try await GalleryStore.open(path: path)
        let people = try GalleryName("people")
        _ = try await store.putGallery(people, model: GalleryFixture.model)
        var generator = SeededGenerator(seed: 3)
        let faces = (0..<300).map { _ in
            NewFace(embedding: randomUnit(8, &generator), crop: Array(repeating: 7, count: 500))
        }
        _ = try await store.enroll(faces, as: try name("ada"), in: people, model: GalleryFixture.model)
        await store.close()
    }

    @Test func `a fresh database is ours, private and at the newest schema`() async throws {
        try await makeDatabase()
        #expect(try contents().keys.sorted() == ["faces.db"], "a clean end leaves one file")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let database = try RawDatabase(path)
        #expect(try database.text("PRAGMA application_id") == String(0x4152_4366))
        #expect(try database.text("PRAGMA journal_mode") == "wal")
        #expect(try database.text("SELECT count(*) FROM migrations") == String(Migration.all.count))
        #expect(try database.text("PRAGMA integrity_check") == "ok")
    }

    @Test func `what was written is there after closing and opening`() async throws {
        try await makeDatabase()
        let store = try await GalleryStore.open(path: path)
        #expect(try await store.gallery(try GalleryName("people")).faces == 300)
        #expect(try await store.check().problems == [])
        await store.close()
    }

    @Test func `an empty file becomes a database`() async throws {
        try Data().write(to: URL(fileURLWithPath: path))
        let store = try await GalleryStore.open(path: path)
        #expect(try await store.galleries().items.isEmpty)
        await store.close()
    }

    @Test func `no database is made beside the log of one that is gone`() async throws {
        for isEmpty in [false, true] {
            if isEmpty { try Data().write(to: URL(fileURLWithPath: path)) }
            try Data("what was written last".utf8).write(to: URL(fileURLWithPath: path + "-wal"))
            #expect(try await refusalLeavingEverything("a log without a database") == .lostBesideLog)
        }
        try FileManager.default.removeItem(atPath: path + "-wal")
        let store = try await GalleryStore.open(path: path)
        #expect(store.isNew)
        await store.close()
        let again = try await GalleryStore.open(path: path)
        #expect(!again.isNew)
        await again.close()
    }

    @Test func `nothing is written to a database that was replaced or taken away under the store`()
        async throws
    {
        let clock = ManualClock()
        var options = StoreOptions()
        options.clock = { clock.now }
        let store = try await GalleryStore.open(path: path, options: options)
        let kept = try GalleryName("kept")
        _ = try await store.putGallery(kept, model: GalleryFixture.model)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".aside")
        for isReplaced in [false, true] {
            if isReplaced { try FileManager.default.copyItem(atPath: path + ".aside", toPath: path) }
            let lost = try GalleryName("lost")
            let error = await refusal { () throws(GalleryError) in
                _ = try await store.putGallery(lost, model: GalleryFixture.model)
            }
            #expect(error == .databaseRefused(path: path, .replaced))
            clock.advance(by: .seconds(3))
            let writable = await refusal { () throws(GalleryError) in try await store.checkWritable() }
            #expect(writable == .databaseRefused(path: path, .replaced))
        }
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: path + ".aside", toPath: path)
        clock.advance(by: .seconds(3))
        try await store.checkWritable()
        #expect(try await store.galleries().items.map(\.name) == [kept])
        await store.close()
    }

    @Test func `a log that is taken away is noticed before a write is lost with it`() async throws {
        let store = try await GalleryStore.open(path: path)
        let kept = try GalleryName("kept")
        _ = try await store.putGallery(kept, model: GalleryFixture.model)
        try FileManager.default.removeItem(atPath: path + "-wal")
        let refused = await refusal { () throws(GalleryError) in
            _ = try await store.putGallery(GalleryName("lost"), model: GalleryFixture.model)
        }
        #expect(refused == .databaseRefused(path: path, .replaced))
        await store.close()
        let again = try await GalleryStore.open(path: path)
        #expect(try await again.galleries().items.map(\.name) == [kept])
        await again.close()
    }

    @Test func `a file is one for all names that links give it`() async throws {
        let first = try await GalleryStore.open(path: path)
        let link = folder.file("other.db")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let second = await refusal { () throws(GalleryError) in _ = try await GalleryStore.open(path: link) }
        #expect(second == .databaseRefused(path: link, .inUse(process: getpid())))
        await first.close()
        let alone = try await GalleryStore.open(path: link)
        await alone.close()
    }

    @Test func `a file with a hard link is refused by both names, and a running store goes on`() async throws
    {
        let first = try await GalleryStore.open(path: path)
        let link = folder.file("other.db")
        try FileManager.default.linkItem(atPath: path, toPath: link)
        for name in [link, path] {
            let backup = GalleryBackup(of: name, to: folder.file("backups"), keeping: 0)
            let refused = await refusal { () throws(GalleryError) in try await backup.run() }
            #expect(refused == .databaseRefused(path: name, .linked(names: 2)))
        }
        let second = await refusal { () throws(GalleryError) in _ = try await GalleryStore.open(path: link) }
        #expect(second == .databaseRefused(path: link, .linked(names: 2)))
        #expect(second?.description.contains("2 names") == true)
        _ = try await first.putGallery(try GalleryName("people"), model: GalleryFixture.model)
        await first.close()
        #expect(try await refusalLeavingEverything("a linked file") == .linked(names: 2))
        try FileManager.default.removeItem(atPath: link)
        let again = try await GalleryStore.open(path: path)
        #expect(try await again.galleries().items.count == 1)
        await again.close()
    }

    @Test func `a lock that the file system does not have is told as that`() {
        #expect(DatabaseFault(lockRefusedWith: EWOULDBLOCK, holder: 7) == .inUse(process: 7))
        #expect(
            DatabaseFault(lockRefusedWith: ENOLCK, holder: nil)
                == .inaccessible("No locks available", errno: ENOLCK))
    }

    @Test func `a second store is told who has the file`() async throws {
        let first = try await GalleryStore.open(path: path)
        let error = await refusal { () throws(GalleryError) in _ = try await GalleryStore.open(path: path) }
        #expect(error == .databaseRefused(path: path, .inUse(process: getpid())))
        #expect(error?.description.contains("in use by process \(getpid())") == true)
        await first.close()
        let second = try await GalleryStore.open(path: path)
        await second.close()
    }

    @Test func `a file that is not SQLite's is left alone`() async throws {
        var generator = SeededGenerator(seed: 5)
        for size in [1, 99, 100, 4096, 100_000] {
            let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            #expect(try await refusalLeavingEverything("\(size) bytes") == .notADatabase)
        }
    }

    @Test func `another program's SQLite file is left alone`() async throws {
        let database = try RawDatabase(path)
        try database.execute(
            "PRAGMA application_id = 77; CREATE TABLE mine (x); INSERT INTO mine VALUES (1);")
        database.close()
        #expect(try await refusalLeavingEverything("foreign") == .foreign(applicationID: 77))
    }

    @Test func `a truncated database is refused at every length`() async throws {
        try await makeDatabase()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for part in [0.02, 0.25, 0.5, 0.9] {
            try whole[..<Int(Double(whole.count) * part)].write(to: URL(fileURLWithPath: path))
            let fault = try await refusalLeavingEverything("\(part)")
            guard case .damaged = fault else {
                Issue.record("cut to \(part): \(String(describing: fault))")
                continue
            }
        }
    }

    @Test func `a database with a page of garbage is refused or, if nothing hangs on the page, sound`()
        async throws
    {
        try await makeDatabase()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var generator = SeededGenerator(seed: 9)
        var refused = 0
        for page in 0..<whole.count / 8192 {
            var damaged = whole
            // The first page keeps the header that says whose file it is.
            for offset in (page * 8192 + (page == 0 ? 100 : 0))..<(page * 8192 + 2048) {
                damaged[offset] = UInt8.random(in: 0...255, using: &generator)
            }
            try damaged.write(to: URL(fileURLWithPath: path))
            let fault = try await refusalLeavingEverything("page \(page)")
            if case .damaged = fault { refused += 1 } else { #expect(fault == nil, "page \(page)") }
        }
        #expect(refused > whole.count / 8192 / 2)
    }

    @Test func `a newer schema is refused`() async throws {
        try await makeDatabase()
        let database = try RawDatabase(path)
        let next = Migration.all.count + 1
        try database.execute("INSERT INTO migrations VALUES (\(next), 'from_the_future', 'x', 0)")
        database.close()
        #expect(
            try await refusalLeavingEverything("newer")
                == .newerSchema(found: next, known: Migration.all.count))
    }

    @Test func `a migration with another checksum or name is refused`() async throws {
        try await makeDatabase()
        let database = try RawDatabase(path)
        try database.execute("UPDATE migrations SET checksum = 'tampered' WHERE number = 2")
        database.close()
        let name = Migration.all[1].name
        #expect(try await refusalLeavingEverything("tampered") == .migrationChanged(number: 2, name: name))
    }

    @Test func `a database that lacks the last migrations is brought up to date`() async throws {
        try await makeDatabase()
        let database = try RawDatabase(path)
        try database.execute(
            """
            ALTER TABLE identities DROP COLUMN named_at;
            DROP INDEX quarantine_in_order; DROP TABLE keys; DELETE FROM migrations WHERE number >= 9;
            DROP TABLE inversions; DELETE FROM migrations WHERE name = '0008_inversions';
            DROP INDEX jobs_under_way; ALTER TABLE jobs DROP COLUMN gallery_row;
            CREATE UNIQUE INDEX jobs_under_way ON jobs (gallery) WHERE state IN ('queued', 'running');
            DELETE FROM migrations WHERE name = '0007_gallery_of_jobs';
            ALTER TABLE galleries DROP COLUMN threshold_fmr; ALTER TABLE galleries DROP COLUMN threshold_trials;
            ALTER TABLE galleries DROP COLUMN threshold_job; ALTER TABLE galleries DROP COLUMN threshold_set_at;
            DELETE FROM migrations WHERE name = '0006_calibration';
            ALTER TABLE jobs DROP COLUMN summary; ALTER TABLE galleries DROP COLUMN deleted_at;
            DELETE FROM migrations WHERE name = '0005_summaries_and_deletions';
            ALTER TABLE crops DROP COLUMN geometry; DELETE FROM migrations WHERE name = '0004_crop_geometry';
            DROP TABLE write_probe; DELETE FROM migrations WHERE name = '0003_write_probe';
            """)
        // A report from before there were summaries.
        try database.execute(
            """
            INSERT INTO jobs (job_id, kind, state, progress, parameters, report, created_at)
            VALUES (zeroblob(16), 'purify', 'succeeded', 1, '{}', '{"faces":3,"per_identity":[1]}', 0)
            """)
        database.close()
        let store = try await GalleryStore.open(path: path)
        try await store.checkWritable()
        #expect(try await store.gallery(try GalleryName("people")).faces == 300)
        #expect(try await store.jobs().items.map { $0.report?.text } == [#"{"faces":3}"#])
        await store.close()
    }

    @Test func `a path that can't be a file is refused`() async throws {
        for (wrong, number) in [(folder.file("no/such/folder.db"), ENOENT), (folder.path, EISDIR)] {
            let error = await refusal { () throws(GalleryError) in
                _ = try await GalleryStore.open(path: wrong)
            }
            guard case .databaseRefused(wrong, .inaccessible(_, errno: number)) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test func `a name that SQLite would read as something else is a file like any other`() async throws {
        let before = FileManager.default.currentDirectoryPath
        for special in [":memory:", "file:x?mode=memory"] {
            await #expect(processExitsWith: .success) {
                [folder = folder.path as String, special = special as String] in
                try #require(FileManager.default.changeCurrentDirectoryPath(folder))
                let store = try await GalleryStore.open(path: special)
                _ = try await store.putGallery(try GalleryName("people"), model: GalleryFixture.model)
                await store.close()
            }
            let store = try await GalleryStore.open(path: folder.file(special))
            #expect(try await store.galleries().items.count == 1)
            await store.close()
        }
        #expect(FileManager.default.currentDirectoryPath == before)
    }

    @Test func `a closed store refuses everything`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        await store.close()
        await store.close()
        #expect(await refusal { () throws(GalleryError) in try await store.gallery(people) } == .closed)
        #expect(await refusal { () throws(GalleryError) in try await store.deleteGallery(people) } == .closed)
        #expect(await refusal { () throws(GalleryError) in _ = try await store.export(people) } == .closed)
        let search = await refusal { () throws(GalleryError) in
            try await store.search(axis(0), in: people, model: GalleryFixture.model, top: 1, threshold: 0)
        }
        #expect(search == .closed)
    }

    @Test func `staging files of a killed import are cleared away`() async throws {
        try await makeDatabase()
        try Data([1]).write(to: URL(fileURLWithPath: path + ".import-x"))
        try Data([1]).write(to: URL(fileURLWithPath: folder.file("other.import-x")))
        let store = try await GalleryStore.open(path: path)
        await store.close()
        #expect(try contents().keys.sorted() == ["faces.db", "other.import-x"])
    }
}

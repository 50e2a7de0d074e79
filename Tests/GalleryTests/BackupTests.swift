import Encodings
import Foundation
import Gallery
import Locks
import TestKit
import Testing

/// What is in a backup.
@Suite struct BackupTests {
    @Test func `a backup is the whole database of that moment in one file for its owner alone`() async throws
    {
        let fixture = try await GalleryFixture()
        let ids = [
            try await fixture.enroll("ada", axis(0)), try await fixture.enroll("bob", axis(1)),
            try await fixture.enroll("bob", axis(2)),
        ]
        let decision = QuarantineDecision(face: ids[2], reason: .nonDominant, angle: 70)
        _ = try await fixture.store.applyQuarantine([decision], in: fixture.people, job: .random())
        let before = Timestamp.now()
        let backup = try await fixture.backup().run()
        let after = Timestamp.now()
        try await fixture.enroll("late", axis(7))

        #expect(fixture.backupNames == [backup.file] && backup.path == fixture.backups + "/" + backup.file)
        #expect(backup.galleries == 1 && backup.identities == 2 && backup.faces == 3)
        #expect(before <= backup.createdAt && backup.createdAt <= after && backup.seconds > 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: backup.path)
        #expect(attributes[.size] as? Int == backup.bytes && attributes[.posixPermissions] as? Int == 0o600)
        let folder = try FileManager.default.attributesOfItem(atPath: fixture.backups)
        #expect(folder[.posixPermissions] as? Int == 0o700)
        // Read and write version: no write-ahead log belongs to it (https://sqlite.org/fileformat.html).
        let header = try Data(contentsOf: URL(fileURLWithPath: backup.path)).prefix(100)
        #expect(Array(header[18..<20]) == [1, 1] && Array(header[68..<72]) == Array("ARCf".utf8))
        #expect(try fault(of: backup.path) == nil)

        let restored = try await GalleryStore.open(path: backup.path)
        #expect(try await restored.gallery(fixture.people).faces == 3)
        #expect(try await restored.gallery(fixture.people).quarantined == 1)
        #expect(try await restored.embedding(of: ids[1], in: fixture.people) == axis(1))
        #expect(try await restored.check().problems == [])
        await restored.close()
        await fixture.store.close()
    }

    @Test func `backups made while faces are enrolled each hold a prefix of the writes`() async throws {
        let fixture = try await GalleryFixture()
        let (answered, isOver) = (Locked(0), Locked(false))
        let writer = Task {
            while !isOver.withLock({ $0 }) {
                let number = answered.withLock { $0 }
                try await fixture.enroll("p\(number)", axis(number % 8))
                answered.withLock { $0 += 1 }
            }
        }
        for round in 1...12 {
            await until { answered.withLock { $0 } >= round * 5 }
            let before = answered.withLock { $0 }
            let backup = try await fixture.backup().run()
            let after = answered.withLock { $0 }
            #expect(try fault(of: backup.path) == nil)
            let raw = try RawDatabase(backup.path)
            let last = try raw.text("SELECT count(*) FROM identities").flatMap(Int.init) ?? -1
            // One more may have been written and not yet counted.
            #expect(before <= last && last <= after + 1, "\(before) \(last) \(after)")
            let names = try raw.text(
                "SELECT group_concat(name, ' ') FROM (SELECT name FROM identities ORDER BY id)")
            #expect(names == (0..<last).map { "p\($0)" }.joined(separator: " "))
            #expect(try raw.text("SELECT count(*) FROM faces") == String(last) && backup.faces == last)
        }
        isOver.withLock { $0 = true }
        try await writer.value
        #expect(try await fixture.store.check().problems == [])
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `writes and reads don't wait for a copy under way, and what they change is not in it`() async throws
    {
        let fixture = try await GalleryFixture()
        try await fixture.fill()
        let midway = Midway {
            waitFor {
                try await fixture.enroll("meanwhile", axis(3))
                #expect(try await fixture.search(axis(3), top: 1, threshold: 0.99).matches.count == 1)
                #expect(try await fixture.store.gallery(fixture.people).faces == 2_001)
            }
        }
        let backup = try await fixture.backup().run { midway.look($0) }
        #expect(midway.came && backup.faces == 2_000 && backup.identities == 1)
        #expect(try RawDatabase(backup.path).text("SELECT count(*) FROM faces") == "2000")
        #expect(try await fixture.store.check().problems == [])
    }

    /// A copy page by page has it: this is what SQLite's backup interface would make.
    @Test func `what was deleted is nowhere in a backup, though its bytes are still in the database`()
        async throws
    {
        let fixture = try await GalleryFixture()
        let mark = Data("what nobody may read again".utf8)
        for index in 0..<40 {
            let crop = index % 2 == 0 ? [UInt8](repeating: 7, count: 500) : Array(mark)
            _ = try await fixture.store.enroll(
                [NewFace(embedding: axis(index % 8), crop: crop)], as: try name("p\(index)"),
                in: fixture.people, model: GalleryFixture.model)
        }
        await fixture.store.close()
        // As a version or a tool without `secure_delete` leaves it.
        let raw = try RawDatabase(fixture.path)
        try raw.execute("PRAGMA secure_delete = OFF; DELETE FROM crops WHERE length(jpeg) < 500")
        raw.close()
        let database = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        #expect(database.range(of: mark) != nil)
        let backup = try await fixture.backup().run()
        let copy = try Data(contentsOf: URL(fileURLWithPath: backup.path))
        #expect(copy.range(of: mark) == nil && backup.faces == 40)
        #expect(try RawDatabase(backup.path).text("SELECT count(*) FROM crops") == "20")
    }

    @Test func `what a deletion or an import has hidden is not counted`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        let raw = try RawDatabase(fixture.path)
        try raw.execute("UPDATE galleries SET deleted_at = 1")
        let backup = try await fixture.backup().run()
        #expect(backup.galleries == 0 && backup.identities == 0 && backup.faces == 0)
    }

    @Test func `a database that nobody has open is copied and left as it was`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        await fixture.store.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        #expect(try await fixture.backup().run().faces == 1)
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == before)
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path)
        #expect(names.sorted() == ["backups", "faces.db"])
    }

    @Test func `what a killed process left in its log is in the backup and stays in the log`() async throws {
        let folder = TemporaryFolder()
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder.path as String] in
            let store = try await GalleryStore.open(path: folder + "/faces.db")
            let people = try GalleryName("people")
            _ = try await store.putGallery(people, model: GalleryFixture.model)
            _ = try await store.enroll(
                [NewFace(embedding: axis(0))], as: try name("ada"), in: people, model: GalleryFixture.model)
            kill(getpid(), SIGKILL)
        }
        let files = ["faces.db", "faces.db-wal"].map { URL(fileURLWithPath: folder.file($0)) }
        let before = try files.map { try Data(contentsOf: $0) }
        let backup = try await GalleryBackup(
            of: folder.file("faces.db"), to: folder.file("copies"), keeping: 0
        ).run()
        #expect(backup.faces == 1 && before[1].count > 0)
        #expect(try files.map { try Data(contentsOf: $0) } == before)
    }

    @Test func `a database of an older version is copied as it is`() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("faces.db")
        let raw = try RawDatabase(path)
        try raw.execute(
            """
            PRAGMA application_id = \(0x4152_4366);
            CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL,
                applied_at INTEGER NOT NULL) STRICT;
            """)
        for step in Migration.all.prefix(2) {
            try raw.execute(step.sql)
            try raw.execute(
                "INSERT INTO migrations VALUES (\(step.number), '\(step.name)', '\(step.checksum)', 0)")
        }
        try raw.execute(
            """
            INSERT INTO galleries (name, metadata, model_name, model_fingerprint, model_preprocessing, dimension,
                created_at, updated_at) VALUES ('people', '{}', 'm', 'f', 'p', 8, 100, 100)
            """)
        raw.close()
        let backup = try await GalleryBackup(of: path, to: folder.file("copies"), keeping: 0).run()
        #expect(backup.galleries == 1)
        for file in [path, backup.path] {
            #expect(try RawDatabase(file).text("SELECT max(number) FROM migrations") == "2")
        }
    }

    @Test func `what is no database of ours, or one of a newer version, is refused and nothing is made`()
        async throws
    {
        let folder = TemporaryFolder()
        let path = folder.file("faces.db")
        func refused() async -> GalleryError? {
            let backup = GalleryBackup(of: path, to: folder.file("copies"), keeping: 0)
            return await refusal { () throws(GalleryError) in try await backup.run() }
        }
        guard case .databaseRefused(path, .inaccessible) = await refused() else {
            Issue.record("a database that is not there was backed up")
            return
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        try Data("no database at all, but long enough to have a header of one, and then some more".utf8)
            .write(to: URL(fileURLWithPath: path))
        #expect(await refused() == .databaseRefused(path: path, .notADatabase))
        try FileManager.default.removeItem(atPath: path)
        var raw = try RawDatabase(path)
        try raw.execute("PRAGMA application_id = 7; CREATE TABLE t (x)")
        raw.close()
        #expect(await refused() == .databaseRefused(path: path, .foreign(applicationID: 7)))
        try FileManager.default.removeItem(atPath: path)
        let store = try await GalleryStore.open(path: path)
        await store.close()
        raw = try RawDatabase(path)
        let known = Migration.all.count
        try raw.execute("INSERT INTO migrations VALUES (\(known + 1), 'later', 'x', 0)")
        raw.close()
        #expect(
            await refused() == .databaseRefused(path: path, .newerSchema(found: known + 1, known: known)))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["faces.db"])
    }

    @Test func `of a damaged database no backup is made, and the older ones stay`() async throws {
        let fixture = try await GalleryFixture()
        for index in 0..<30 { try await fixture.enroll("p\(index)", axis(index % 8)) }
        let time = ManualTime()
        let first = try await fixture.backup(keeping: 1, now: { time.now }).run()
        await fixture.store.close()
        // An index with an entry of a row that is gone: every page is sound, and yet it is wrong.
        for (sql, change) in [
            ("CREATE INDEX faces_by_identity ON faces (identity) WHERE id < 0", "SELECT 1"),
            ("CREATE INDEX faces_by_identity ON faces (identity)", "DELETE FROM faces WHERE id = 7"),
        ] {
            // What is read of the schema at the opening stays in force until the next.
            let raw = try RawDatabase(fixture.path)
            try raw.execute(
                """
                \(change);
                PRAGMA writable_schema = ON;
                UPDATE sqlite_schema SET sql = '\(sql)' WHERE name = 'faces_by_identity';
                """)
            raw.close()
        }
        time.set(1_800_000_000_000)
        let error = await refusal { () throws(GalleryError) in
            try await fixture.backup(keeping: 1, now: { time.now }).run()
        }
        guard case .backupRefused(fixture.backups, .damaged(let finding)) = error else {
            Issue.record("not refused as it should be: \(String(describing: error))")
            return
        }
        #expect(finding.contains("faces_by_identity"))
        #expect(fixture.backupNames == [first.file])
    }
}

import Foundation
import Gallery
import TestKit
import Testing

@Suite struct MigrationTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("migrations")

    @Test func `the executable carries exactly what the folder holds`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".sql") }.sorted()
        #expect(files == Migration.all.map { $0.name + ".sql" })
        for migration in Migration.all {
            let bytes = try Data(contentsOf: Self.folder.appendingPathComponent(migration.name + ".sql"))
            #expect(migration.sql == String(decoding: bytes, as: UTF8.self), "\(migration.name)")
            #expect(migration.checksum.count == 64)
        }
    }

    /// A database that stopped at step `count`, with what `script` puts into it.
    private func database(at count: Int, _ script: String) throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        let database = try RawDatabase(folder.file("faces.db"))
        try database.execute(
            """
            PRAGMA application_id = \(0x4152_4366);
            CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL,
                applied_at INTEGER NOT NULL) STRICT;
            """)
        for step in Migration.all.prefix(count) {
            try database.execute(step.sql)
            try database.execute(
                "INSERT INTO migrations VALUES (\(step.number), '\(step.name)', '\(step.checksum)', 0)")
        }
        try database.execute(script)
        database.close()
        return folder
    }

    private static let jobs =
        "INSERT INTO jobs (job_id, kind, gallery, state, progress, parameters, created_at, report) VALUES"

    @Test func `a report that is no JSON does not keep a database from being brought up to date`()
        async throws
    {
        let folder = try database(
            at: 4,
            """
            \(Self.jobs) (zeroblob(16), 'purify', NULL, 'succeeded', 1, '{}', 1, '{"faces":'),
                (randomblob(16), 'purify', NULL, 'succeeded', 1, '{}', 2, '{"faces":2,"per_identity":[]}');
            """)
        let store = try await GalleryStore.open(path: folder.file("faces.db"))
        #expect(try await store.jobs(try PageRequest(limit: 1)).items[0].report?.text == #"{"faces":2}"#)
        await store.close()
    }

    @Test func `jobs of older databases belong to the gallery that they were made for`() async throws {
        let folder = try database(
            at: 6,
            """
            INSERT INTO galleries (name, metadata, model_name, model_fingerprint, model_preprocessing, dimension, created_at,
                updated_at) VALUES ('people', '{}', 'm', 'f', 'p', 8, 100, 100);
            \(Self.jobs) (zeroblob(16), 'purify', 'people', 'succeeded', 1, '{}', 50, NULL),
                (randomblob(16), 'calibrate', 'people', 'running', 1, '{}', 150, '{"faces":2,"histogram":{}}');
            """)
        let store = try await GalleryStore.open(path: folder.file("faces.db"))
        let jobs = try await store.jobs().items
        #expect(jobs[0].state == .failed && jobs[0].report?.text == #"{"faces":2}"#)
        let people = try GalleryName("people")
        #expect(try await store.restore(job: jobs[0].id, in: people) == [])
        let older = await refusal { () throws(GalleryError) in
            try await store.restore(job: jobs[1].id, in: people)
        }
        #expect(older == .jobNotFound(jobs[1].id))
        await store.close()
    }

    @Test func `a database from before there were pictures takes them`() async throws {
        let folder = try database(
            at: 7,
            """
            INSERT INTO galleries (name, metadata, model_name, model_fingerprint, model_preprocessing, dimension, created_at,
                updated_at) VALUES ('people', '{}', 'm', 'f', 'p', 8, 100, 100);
            INSERT INTO identities (gallery, name, metadata, created_at, updated_at) VALUES (1, 'ada', '{}', 100, 100);
            \(Self.jobs) (zeroblob(16), 'purify', 'people', 'succeeded', 1, '{}', 150, '{"faces":2}');
            """)
        let store = try await GalleryStore.open(path: folder.file("faces.db"))
        let older = try await store.jobs().items[0]
        #expect(older.report?.text == #"{"faces":2}"#)
        #expect(try await store.picture(of: older.id).png == nil)
        let people = try GalleryName("people")
        let model = ModelContract(name: "m", fingerprint: "f", preprocessing: "p", dimension: 8)
        let job = try await store.createInversion(of: (name("ada"), people), model: model, parameters: .empty)
        try await store.finishInversion(job.id, png: [1], report: .empty)
        #expect(try await store.picture(of: job.id).png == [1])
        try await store.deleteIdentity(name("ada"), in: people)
        #expect(try await store.picture(of: job.id).png == nil)
        #expect(try await store.check().problems == [])
        await store.close()
    }

    @Test func `a step that an unreleased version had in another text is accepted`() async throws {
        let former = "bb60094f4d9a0dfb7e3e6e646ba5ed26d73cf96f4ea29371cc2f98bfbcd152d4"
        let folder = try database(
            at: Migration.all.count, "UPDATE migrations SET checksum = '\(former)' WHERE number = 5")
        let store = try await GalleryStore.open(path: folder.file("faces.db"))
        await store.close()
    }

    @Test func `migrations are numbered from 1 without a gap`() {
        for (index, migration) in Migration.all.enumerated() {
            #expect(migration.number == index + 1)
            #expect(migration.name.hasPrefix(String(String(10_000 + migration.number).dropFirst()) + "_"))
        }
    }
}

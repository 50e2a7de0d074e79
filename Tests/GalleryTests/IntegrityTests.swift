import Foundation
import Gallery
import TestKit
import Testing

@Suite struct IntegrityTests {
    @Test func `texts that are no JSON objects are named`() async throws {
        let fixture = try await GalleryFixture()
        let face = try await fixture.enroll("ada", axis(0))
        let raw = try RawDatabase(fixture.path)
        try raw.execute(
            """
            INSERT INTO jobs (job_id, kind, state, progress, parameters, report, summary, created_at)
            VALUES (zeroblob(16), 'purify', 'succeeded', 1, '{}', '{}', '{}', 0)
            """)
        #expect(try await fixture.store.check().problems == [])
        try raw.execute(
            """
            UPDATE galleries SET metadata = '{'; UPDATE identities SET metadata = '[1]';
            UPDATE faces SET metadata = '';
            UPDATE jobs SET parameters = '', report = '5', summary = '{'
            """)
        raw.close()
        let job = "00000000-0000-0000-0000-000000000000"
        #expect(
            try await fixture.store.check().problems == [
                "not a JSON object: the metadata of gallery people",
                "not a JSON object: the metadata of identity ada in gallery people",
                "not a JSON object: the metadata of face \(face) in gallery people",
                "not a JSON object: the parameters of job \(job)",
                "not a JSON object: the report of job \(job)",
                "not a JSON object: the summary of job \(job)",
            ])
        await fixture.store.close()
    }

    @Test func `a sound store has no problems`() async throws {
        let fixture = try await GalleryFixture()
        for index in 0..<8 { try await fixture.enroll("ada", axis(index)) }
        let report = try await fixture.store.check()
        #expect(report.galleries == 1 && report.faces == 8 && report.problems == [])
    }

    @Test(arguments: [
        ("DROP TABLE keys", ["table keys is missing"]),
        ("DROP INDEX jobs_under_way", ["index jobs_under_way is missing"]),
        ("DROP INDEX quarantine_in_order", ["index quarantine_in_order is missing"]),
        (
            "ALTER TABLE faces DROP COLUMN yaw; ALTER TABLE faces DROP COLUMN roll",
            ["column yaw of table faces is missing", "column roll of table faces is missing"]
        ),
    ])
    func `what was dropped from the schema is named`(change: String, expected: [String]) async throws {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        let raw = try RawDatabase(fixture.path)
        try raw.execute(change)
        raw.close()
        #expect(try await fixture.store.check().problems == expected)
        await fixture.store.close()
    }

    @Test func `an embedding that is no unit vector is found`() async throws {
        let fixture = try await GalleryFixture()
        let face = try await fixture.enroll("ada", axis(0))
        try RawDatabase(fixture.path).execute("UPDATE faces SET embedding = zeroblob(32)")
        let problems = try await fixture.store.check().problems
        #expect(problems.contains { $0.contains(face.text) && $0.contains("its length must be 1") })
        #expect(problems.contains { $0.contains(face.text) && $0.contains("search index") })
    }

    @Test func `a face behind the index's back is found`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        try RawDatabase(fixture.path).execute("DELETE FROM faces")
        let problems = try await fixture.store.check().problems
        #expect(problems == ["the search index of people holds 1 faces and not 0"])
    }

    @Test func `a reference into nowhere is found`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        // The shell's connection has foreign keys off, as SQLite's default is.
        try RawDatabase(fixture.path).execute("INSERT INTO crops (face, jpeg) VALUES (99, x'00')")
        let problems = try await fixture.store.check().problems
        #expect(problems == ["row 99 of table crops refers to a row of faces that is not there"])
    }

    // The second is 8 floats, the first of them not a number; the third has 2^127 there, a bit from 0.5.
    @Test(arguments: [
        "faces SET embedding = x'0000'",
        "faces SET embedding = CAST(x'0000c07f' || zeroblob(28) AS BLOB)",
        "faces SET embedding = CAST(x'0000007f' || zeroblob(28) AS BLOB)",
        "galleries SET dimension = 9223372036854775807",
    ])
    func `an embedding that is no unit vector of its gallery stops the start, named as damage`(
        change: String
    ) async throws {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        await fixture.store.close()
        try RawDatabase(fixture.path).execute("UPDATE \(change)")
        let error = await refusal { () throws(GalleryError) in
            _ = try await GalleryStore.open(path: fixture.path)
        }
        #expect(error?.isOfDamage == true)
    }

    /// Seven faces of the fixture's gallery, one of each kind of damage, one of them set aside.
    private func damaged(_ fixture: GalleryFixture) async throws -> [FaceID] {
        var faces: [FaceID] = []
        for index in 0..<7 { faces.append(try await fixture.enroll("p\(index)", axis(index))) }
        await fixture.store.close()
        let raw = try RawDatabase(fixture.path)
        let embeddings = [
            1: "x'0000'", 2: "x'00000000'", 3: "CAST(x'0000c07f' || zeroblob(28) AS BLOB)", 4: "zeroblob(32)",
            5: "CAST(x'0000007f' || zeroblob(28) AS BLOB)",
        ]
        for (row, bytes) in embeddings.sorted(by: { $0.key < $1.key }) {
            try raw.execute("UPDATE faces SET embedding = \(bytes) WHERE id = \(row)")
        }
        try raw.execute(
            """
            INSERT INTO quarantine (face, gallery, identity, job_id, reason, angle, created_at)
            SELECT id, gallery, identity, zeroblob(16), 'non_dominant', 80, 0 FROM faces WHERE id IN (4, 6)
            """)
        raw.close()
        return faces
    }

    @Test
    func `every damaged embedding is listed with its face, where the start names the first and how many`()
        async throws
    {
        let fixture = try await GalleryFixture()
        let faces = try await damaged(fixture)
        let error = await refusal { () throws(GalleryError) in
            _ = try await GalleryStore.open(path: fixture.path)
        }
        #expect(
            error?.description == "4 stored embeddings are damaged, the first is that of face \(faces[0]) in "
                + "gallery people: its 2 bytes are no whole number of floats; `arcface check` lists all")
        var options = StoreOptions()
        options.leavesOutDamaged = true
        let store = try await GalleryStore.open(path: fixture.path, options: options)
        let report = try await store.check()
        let faults = [
            "its 2 bytes are no whole number of floats", "it must have 8 numbers, not 1",
            "it holds a number that is not finite", "its length must be 1, not 0.0 (set aside)",
            "its length must be 1, not 1.7014118e+38",
        ]
        #expect(
            report.problems
                == zip(faces, faults).enumerated().map { index, damage in
                    "the embedding of face \(damage.0) of identity p\(index) in gallery people is damaged: "
                        + damage.1
                })
        #expect(report.faces == 7 && report.damagedEmbeddings.count == 5)
        #expect(report.damagedEmbeddings.listed.map(\.isQuarantined) == [false, false, false, true, false])
        await store.close()
    }

    @Test func `of many damaged embeddings the first hundred are listed and the rest counted`() async throws {
        let fixture = try await GalleryFixture()
        let faces = (0..<103).map { _ in NewFace(embedding: axis(0)) }
        _ = try await fixture.store.enroll(
            faces, as: name("ada"), in: fixture.people, model: GalleryFixture.model)
        try RawDatabase(fixture.path).execute(
            "DELETE FROM faces WHERE id = 1; UPDATE faces SET embedding = x'00'")
        let report = try await fixture.store.check()
        #expect(report.damagedEmbeddings.count == 102 && report.damagedEmbeddings.listed.count == 100)
        let ofEmbeddings = report.problems.filter { $0.contains("damaged") }
        #expect(ofEmbeddings.count == 101 && ofEmbeddings.last == "2 more embeddings are damaged")
        #expect(ofEmbeddings[0].hasSuffix("its 1 bytes are no whole number of floats"))
    }

    @Test func `with its damaged faces taken out a database opens, and none is put back from the quarantine`()
        async throws
    {
        let fixture = try await GalleryFixture()
        let faces = try await damaged(fixture)
        let others = faces.enumerated().filter { [0, 1, 2, 4].contains($0.offset) }.map { face in
            "x'\(face.element.text.filter { $0 != "-" })'"
        }
        // As docs/operating.md has it.
        try RawDatabase(fixture.path).execute(
            """
            PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;
            DELETE FROM faces WHERE face_id IN (\(others.joined(separator: ", ")))
            """)
        let store = try await GalleryStore.open(path: fixture.path)
        let error = await refusal { () throws(GalleryError) in
            _ = try await store.restore([faces[3]], in: fixture.people)
        }
        #expect(error?.isOfDamage == true)
        #expect(try await store.restore([faces[5]], in: fixture.people) == [faces[5]])
        await store.close()
    }

    private static let shell = ["/usr/bin/sqlite3", "/usr/local/bin/sqlite3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: shell != nil, "SKIPPED LOUDLY: the sqlite3 shell is not installed"))
    func `sqlite3's own shell finds the file sound while the store is open`() async throws {
        let fixture = try await GalleryFixture()
        for index in 0..<8 { try await fixture.enroll("ada", axis(index)) }
        let queries = "PRAGMA integrity_check; PRAGMA foreign_key_check; SELECT count(*) FROM faces;"
        let shell = try #require(Self.shell)
        let (status, text) = try await onOwnThread { try ShellCommand.run([shell, fixture.path, queries]) }
        #expect(status == 0 && text == "ok\n8\n")
    }
}

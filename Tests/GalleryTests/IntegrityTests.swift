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

    @Test func `an embedding that is no unit vector is found`() async throws {
        let fixture = try await GalleryFixture()
        let face = try await fixture.enroll("ada", axis(0))
        try RawDatabase(fixture.path).execute("UPDATE faces SET embedding = zeroblob(32)")
        let problems = try await fixture.store.check().problems
        #expect(problems.contains { $0.contains(face.text) && $0.contains("unit vector") })
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
        #expect(error?.code == "database_damaged")
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

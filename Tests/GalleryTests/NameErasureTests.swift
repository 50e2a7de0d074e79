import Gallery
import TestKit
import Testing

/// What jobs and quarantines have of identities that go.
@Suite struct NameErasureTests {
    private static let parameters = #"{"seed":0,"identities":["ada","b\"ob","cy"]}"#
    private static let report =
        #"{"faces":9,"per_identity":[{"identity":"ada","faces":1},{"identity":"b\"ob","faces":2}],"#
        + #""possible_duplicates":[{"identities":["b\"ob","ada"],"angle_degrees":9.25},"#
        + #"{"identities":["ada","b\"ob"],"angle_degrees":7},{"identities":["ada","cy"],"angle_degrees":8}]}"#

    private func filled() async throws -> (GalleryFixture, JobID) {
        let fixture = try await GalleryFixture()
        for (index, identity) in ["ada", #"b"ob"#, "cy"].enumerated() {
            try await fixture.enroll(identity, axis(index))
        }
        let job = try await fixture.store.createJob(
            kind: .purify, gallery: fixture.people, parameters: try JSONObjectText(Self.parameters)
        ).id
        return (fixture, job)
    }

    @Test(arguments: [true, false])
    func `an identity that goes is in no report, nor that of a job under way`(isFinished: Bool) async throws {
        let (fixture, job) = try await filled()
        let store = fixture.store
        let outcome = JobOutcome.succeeded(report: try JSONObjectText(Self.report))
        if isFinished { _ = try await store.finishJob(job, outcome) }
        try await store.deleteIdentity(try name(#"b"ob"#), in: fixture.people)
        if !isFinished { _ = try await store.finishJob(job, outcome) }
        let record = try await store.job(job)
        #expect(record.parameters.text == #"{"seed":0,"identities":["ada","cy"]}"#)
        #expect(
            record.report?.text
                == #"{"faces":9,"per_identity":[{"identity":"ada","faces":1}],"possible_duplicates":["#
                + #"{"identities":["ada","cy"],"angle_degrees":8}]}"#)
    }

    @Test func `a report of another shape is shown as it is, and keeps nobody from being deleted`()
        async throws
    {
        let (fixture, job) = try await filled()
        let report = #"{"faces":9,"per_identity":{"ada":1},"possible_duplicates":7,"other":["ada"]}"#
        _ = try await fixture.store.finishJob(job, .succeeded(report: try JSONObjectText(report)))
        try await fixture.store.deleteIdentity(try name("ada"), in: fixture.people)
        let shown = try await fixture.store.job(job).report?.text
        #expect(shown?.contains(#""faces":9"#) == true && shown?.contains(#""other":["ada"]"#) == true)
    }

    @Test func `a gallery that goes leaves the totals of its jobs`() async throws {
        let (fixture, job) = try await filled()
        _ = try await fixture.store.finishJob(job, .succeeded(report: try JSONObjectText(Self.report)))
        try await fixture.store.deleteGallery(fixture.people)
        let record = try await fixture.store.job(job)
        #expect(record.parameters.text == #"{"seed":0}"# && record.report?.text == #"{"faces":9}"#)
    }

    private static let totals = #"{"faces":9}"#

    @Test func `reports that could not be rewritten yet name nobody, and the next deletion does it`()
        async throws
    {
        let errors = Recorder<GalleryError>()
        let fixture = try await GalleryFixture { $0.report = { errors.add($0) } }
        let (store, people) = (fixture.store, fixture.people)
        try await fixture.enroll("ada", axis(0))
        var jobs: [JobID] = []
        for _ in 0..<3 {
            let job = try await store.createJob(
                kind: .purify, gallery: people, parameters: try JSONObjectText(Self.parameters)
            ).id
            _ = try await store.finishJob(job, .succeeded(report: try JSONObjectText(Self.report)))
            jobs.append(job)
        }
        let raw = try RawDatabase(fixture.path)
        try raw.execute(
            """
            CREATE TRIGGER stuck BEFORE UPDATE OF report ON jobs WHEN old.id = 2
            BEGIN SELECT RAISE(ABORT, 'stuck'); END
            """)
        try await store.deleteGallery(people)
        #expect(errors.all.count == 1)
        let reports = "SELECT group_concat(report, ' ') FROM (SELECT report FROM jobs ORDER BY id)"
        #expect(
            try raw.text(reports) == [Self.totals, Self.report, Self.report].joined(separator: " "),
            "one report a transaction")
        for job in jobs {
            let record = try await store.job(job)
            #expect(record.parameters.text == #"{"seed":0}"#)
            #expect(record.report?.text.contains("ada") == false)
        }
        try raw.execute("DROP TRIGGER stuck")
        let other = try GalleryName("other")
        _ = try await store.putGallery(other, model: GalleryFixture.model)
        try await store.deleteGallery(other)
        #expect(try raw.text(reports) == [String](repeating: Self.totals, count: 3).joined(separator: " "))
        #expect(try raw.text("SELECT count(*) FROM galleries") == "0" && errors.all.count == 1)
        await store.close()
    }

    @Test func `a report that something garbled keeps no gallery from being deleted`() async throws {
        let (fixture, job) = try await filled()
        _ = try await fixture.store.finishJob(job, .succeeded(report: try JSONObjectText(Self.report)))
        let raw = try RawDatabase(fixture.path)
        try raw.execute("UPDATE jobs SET report = '{\"per_identity\":['")
        try await fixture.store.deleteGallery(fixture.people)
        #expect(try raw.text("SELECT count(*) FROM galleries") == "0")
        await fixture.store.close()
    }

    @Test func `the next start rewrites the reports that a crash has left`() async throws {
        let (fixture, job) = try await filled()
        _ = try await fixture.store.finishJob(job, .succeeded(report: try JSONObjectText(Self.report)))
        await fixture.store.close()
        // As the first commit of a deletion leaves it.
        let raw = try RawDatabase(fixture.path)
        try raw.execute("UPDATE galleries SET name = 'deleted/' || id, deleted_at = 1")
        raw.close()
        let store = try await GalleryStore.open(path: fixture.path)
        #expect(try await store.job(job).report?.text == Self.totals)
        await store.close()
        let after = try RawDatabase(fixture.path)
        #expect(try after.text("SELECT report FROM jobs") == Self.totals)
    }

    @Test func `a face set aside does not lie near to who is gone`() async throws {
        let (fixture, _) = try await filled()
        let (store, people) = (fixture.store, fixture.people)
        let aside = try await store.enroll(
            [NewFace(embedding: axis(3)), NewFace(embedding: axis(4))], as: try name("ada"), in: people,
            model: GalleryFixture.model
        ).map(\.id)
        let (bob, cy) = (try name(#"b"ob"#), try name("cy"))
        let decisions = zip(aside, [bob, cy]).map {
            QuarantineDecision(
                face: $0, reason: .nonDominant, angle: 80, nearest: $1, nearestAngle: 20, moveTo: $1)
        }
        _ = try await store.applyQuarantine([decisions[0], decisions[1]], in: people, job: .random())
        try await store.deleteIdentity(bob, in: people)
        let left = try await store.quarantine(in: people).items.map(\.quarantine)
        #expect(left.map { $0?.nearest } == [nil, cy] && left.map { $0?.moveTo } == [nil, cy])
        #expect(left.map { $0?.nearestAngle } == [nil, 20] && left.map { $0?.angle } == [80, 80])
        #expect(try await store.restore(aside, in: people).count == 2)
        _ = try await store.applyQuarantine([decisions[0]], in: people, job: .random())
        #expect(try await store.quarantine(in: people).items.map { $0.quarantine?.nearest } == [nil])
    }
}

import Gallery
import TestKit
import Testing

@Suite struct CalibrationTests {
    private func job(_ fixture: GalleryFixture) async throws -> JobID {
        let job = try await fixture.store.createJob(
            kind: .calibrate, gallery: fixture.people, parameters: .empty)
        return try await fixture.store.startJob(job.id).id
    }

    private func set(
        _ threshold: Float, _ fixture: GalleryFixture, job: JobID, model: ModelContract = GalleryFixture.model
    ) async throws(GalleryError) {
        try await fixture.store.setThreshold(
            threshold, falseMatchRate: 1e-3, trials: 20_000, of: fixture.people, model: model, job: job,
            report: JSONObjectText("{\"a\":1}"))
    }

    @Test func `a threshold is set with the end of its job, kept and cleared`() async throws {
        let fixture = try await GalleryFixture()
        #expect(try await fixture.store.gallery(fixture.people).calibration == nil)
        let job = try await job(fixture)
        try await set(0.375, fixture, job: job)
        #expect(try await fixture.store.job(job).state == .succeeded)
        #expect(try await fixture.store.job(job).report?.text == "{\"a\":1}")
        let reopened = try await fixture.reopened()
        let kept = try #require(try await reopened.gallery(fixture.people).calibration)
        #expect(kept.similarity == 0.375 && kept.falseMatchRate == 1e-3 && kept.trials == 20_000)
        #expect(kept.job == job)
        try await reopened.clearThreshold(of: fixture.people)
        #expect(try await reopened.gallery(fixture.people).threshold == nil)
        try await reopened.clearThreshold(of: fixture.people)
    }

    @Test func `a cancelled job and another model leave the threshold as it was`() async throws {
        let fixture = try await GalleryFixture()
        let cancelled = try await job(fixture)
        _ = try await fixture.store.finishJob(cancelled, .cancelled)
        #expect(
            await refusal { () throws(GalleryError) in try await set(0.4, fixture, job: cancelled) }
                == .jobFinished(cancelled))
        let next = try await job(fixture)
        let other = ModelContract(
            name: "other", fingerprint: String(repeating: "b2", count: 32), preprocessing: "rgb", dimension: 8
        )
        let mismatch = await refusal { () throws(GalleryError) in
            try await set(0.4, fixture, job: next, model: other)
        }
        #expect(mismatch == .modelMismatch(gallery: GalleryFixture.model, given: other))
        #expect(try await fixture.store.gallery(fixture.people).threshold == nil)
        #expect(try await fixture.store.job(next).state == .running)
    }

    @Test func `what is read is what is searched, so many of each, and who is gone is left out`() async throws
    {
        let fixture = try await GalleryFixture()
        let aside = try await fixture.enroll("ada", axis(0))
        for index in 1..<5 { try await fixture.enroll("ada", axis(index)) }
        try await fixture.enroll("bob", axis(6))
        _ = try await fixture.store.applyQuarantine(
            [QuarantineDecision(face: aside, reason: .nonDominant, angle: 80)], in: fixture.people,
            job: .random())
        _ = try await fixture.store.putIdentity(name("carl"), in: fixture.people)
        let job = try await job(fixture)
        let counts = try await fixture.store.searchedFaceCounts(in: fixture.people, for: job)
        #expect(counts.map(\.identity.text) == ["ada", "bob", "carl"] && counts.map(\.faces) == [4, 1, 0])
        let sets = try await fixture.store.searchedFaces(
            of: [name("ada"), name("gone"), name("bob")], in: fixture.people, for: job, atMost: 3)
        #expect(sets.map(\.identity.text) == ["ada", "bob"] && sets.map(\.faces.count) == [3, 1])
        #expect(!sets[0].faces.contains { $0.id == aside })
        #expect(sets[0].faces.map(\.id.text) == sets[0].faces.map(\.id.text).sorted())
    }

    @Test func `a job that fails may still have found something`() async throws {
        let fixture = try await GalleryFixture()
        let job = try await job(fixture)
        let ended = try await fixture.store.finishJob(
            job, .failed(error: "too few trials", report: JSONObjectText("{\"trials\":3}")))
        #expect(ended.state == .failed && ended.error == "too few trials")
        #expect(ended.report?.text == "{\"trials\":3}")
    }
}

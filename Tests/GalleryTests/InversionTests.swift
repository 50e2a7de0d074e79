import Gallery
import TestKit
import Testing

/// A job that makes a picture, from its making to the picture.
@Suite struct InversionTests {
    private static let model = GalleryFixture.model
    private static let picture: [UInt8] = [1, 2, 3]

    private func started(_ store: GalleryStore) async throws -> JobID {
        let job = try await store.createInversion(of: nil, model: Self.model, parameters: .empty)
        return try await store.startJob(job.id).id
    }

    @Test func `a picture comes with the end of its job and stays over a restart`() async throws {
        let fixture = try await GalleryFixture()
        let job = try await started(fixture.store)
        #expect(try await fixture.store.picture(of: job).png == nil)
        let report = try JSONObjectText(#"{"similarity":0.5}"#)
        try await fixture.store.finishInversion(job, png: Self.picture, report: report)
        let store = try await fixture.reopened()
        let (record, png) = try await store.picture(of: job)
        #expect(png == Self.picture && record.state == .succeeded && record.progress == 1)
        #expect(record.kind == "invert" && record.report == report && record.gallery == nil)
        #expect(try await store.check().problems == [])
        await store.close()
    }

    @Test func `a job that was cancelled keeps no picture, however late that was`() async throws {
        let fixture = try await GalleryFixture()
        let store = fixture.store
        let (first, second) = (try await started(store), try await started(store))
        _ = try await store.finishJob(first, .cancelled)
        let late = await refusal { () throws(GalleryError) in
            try await store.finishInversion(first, png: Self.picture, report: .empty)
        }
        #expect(late == .jobFinished(first))
        let stopped = await refusal { () throws(GalleryError) in
            try await store.finishInversion(
                second, png: Self.picture, report: .empty, isCancelled: { true })
        }
        #expect(stopped == .jobFinished(second))
        for job in [first, second] { #expect(try await store.picture(of: job).png == nil) }
        #expect(try await store.job(second).state == .running)
    }

    @Test func `one that a restart interrupted has failed and has no picture`() async throws {
        let fixture = try await GalleryFixture()
        let job = try await started(fixture.store)
        let store = try await fixture.reopened()
        let (record, png) = try await store.picture(of: job)
        #expect(record.state == .failed && record.error == "interrupted by restart" && png == nil)
        let late = await refusal { () throws(GalleryError) in
            try await store.finishInversion(job, png: Self.picture, report: .empty)
        }
        #expect(late == .jobFinished(job))
        await store.close()
    }

    @Test func `the newest pictures are kept`() async throws {
        let fixture = try await GalleryFixture()
        let store = fixture.store
        var jobs: [JobID] = []
        for _ in 0...GalleryStore.pictureLimit {
            jobs.append(try await started(store))
            try await store.finishInversion(jobs.last!, png: Self.picture, report: .empty)
        }
        let (oldest, png) = try await store.picture(of: jobs[0])
        #expect(oldest.state == .succeeded && png == nil)
        for job in jobs[1...] { #expect(try await store.picture(of: job).png == Self.picture) }
        let unknown = JobID.random()
        #expect(
            await refusal { () throws(GalleryError) in try await store.picture(of: unknown).png }
                == .jobNotFound(unknown))
    }

    @Test func `a picture goes with its job when that is forgotten`() async throws {
        let fixture = try await GalleryFixture()
        let store = fixture.store
        let job = try await started(store)
        try await store.finishInversion(job, png: Self.picture, report: .empty)
        for _ in 0..<GalleryStore.finishedJobLimit {
            let other = try await store.createJob(kind: .purify, gallery: nil, parameters: .empty)
            _ = try await store.finishJob(other.id, .cancelled)
        }
        _ = try await store.createJob(kind: .purify, gallery: nil, parameters: .empty)
        await store.close()
        let database = try RawDatabase(fixture.path)
        #expect(try database.text("SELECT count(*) FROM inversions") == "0")
        database.close()
    }

    @Test func `it stands in the way of no other job of the gallery, nor the other way round`()
        async throws
    {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        try await fixture.enroll("ada", axis(0))
        let subject = (identity: try name("ada"), gallery: people)
        let first = try await store.createInversion(of: subject, model: Self.model, parameters: .empty)
        let purify = try await store.createJob(kind: .purify, gallery: people, parameters: .empty)
        let second = try await store.createInversion(of: subject, model: Self.model, parameters: .empty)
        #expect([first, purify, second].map(\.gallery) == [people, people, people])
        #expect([first, purify, second].map(\.state) == [.queued, .queued, .queued])
    }

    @Test func `an identity of another model, or none, is refused and leaves no job`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        try await fixture.enroll("ada", axis(0))
        let other = ModelContract(
            name: "other", fingerprint: "f", preprocessing: "p", dimension: 8)
        let nowhere = try GalleryName("nowhere")
        let refusals: [(String, GalleryName, ModelContract, GalleryError)] = [
            ("ada", people, other, .modelMismatch(gallery: Self.model, given: other)),
            ("bob", people, Self.model, .identityNotFound(try name("bob"), gallery: people)),
            ("ada", nowhere, Self.model, .galleryNotFound(nowhere)),
        ]
        for (identity, gallery, model, error) in refusals {
            let identity = try name(identity)
            let made = await refusal { () throws(GalleryError) in
                try await store.createInversion(
                    of: (identity, gallery), model: model, parameters: .empty)
            }
            let read = await refusal { () throws(GalleryError) in
                try await store.meanFace(of: identity, in: gallery, model: model)
            }
            #expect(made == error && read == error)
        }
        #expect(try await store.jobs().items == [])
    }

    @Test func `the mean is of the searched faces, with the lengths that are known`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let faces = [
            NewFace(embedding: axis(0), norm: 10), NewFace(embedding: axis(1), norm: 30),
            NewFace(embedding: axis(0)), NewFace(embedding: axis(5), norm: 90),
        ]
        let ids = try await store.enroll(faces, as: name("ada"), in: people, model: Self.model).map(\.id)
        _ = try await store.applyQuarantine(
            [QuarantineDecision(face: ids[3], reason: .nonDominant, angle: 80)], in: people, job: .random())
        let mean = try #require(
            try await store.meanFace(of: name("ada"), in: people, model: Self.model))
        #expect(mean.norm == 20)
        let length = Float(5).squareRoot()
        let expected = [2 / length, 1 / length, 0, 0, 0, 0, 0, 0]
        for (given, wanted) in zip(mean.embedding, expected) { #expect(abs(given - wanted) < 1e-6) }
    }

    @Test func `there is no mean of no faces and of faces that cancel each other out`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        _ = try await store.putIdentity(name("empty"), in: people)
        try await fixture.enroll("torn", axis(0))
        try await fixture.enroll("torn", axis(0).map { -$0 })
        let aside = try await fixture.enroll("aside", axis(2))
        _ = try await store.applyQuarantine(
            [QuarantineDecision(face: aside, reason: .nonDominant, angle: 80)], in: people, job: .random())
        for identity in ["empty", "torn", "aside"] {
            #expect(try await store.meanFace(of: name(identity), in: people, model: Self.model) == nil)
        }
    }

    @Test func `a backup has the pictures, an export nothing of them`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        try await fixture.enroll("ada", axis(0))
        let before = try await store.export(people, includingCrops: true).next(limit: 9)
        let job = try await store.createInversion(
            of: (name("ada"), people), model: Self.model, parameters: .empty
        ).id
        try await store.finishInversion(job, png: Self.picture, report: .empty)
        #expect(try await store.export(people, includingCrops: true).next(limit: 9) == before)
        let restored = try await GalleryStore.open(path: try await fixture.backup().run().path)
        #expect(try await restored.picture(of: job).png == Self.picture)
        await restored.close()
    }
}

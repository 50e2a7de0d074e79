import Gallery
import Locks
import TestKit
import Testing

/// A job is for one gallery, and not for whichever has its name.
@Suite struct JobGalleryTests {
    /// A gallery with a face and a job of it, deleted and made anew with another face.
    private func replaced() async throws -> (GalleryFixture, JobID, face: FaceID) {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        let job = try await fixture.store.createJob(
            kind: .purify, gallery: fixture.people, parameters: .empty)
        _ = try await fixture.store.startJob(job.id)
        let told = Locked<[JobID]>([])
        try await fixture.store.deleteGallery(fixture.people) { jobs in told.withLock { $0 += jobs } }
        #expect(told.withLock { $0 } == [job.id])
        _ = try await fixture.store.putGallery(fixture.people, model: GalleryFixture.model)
        return (fixture, job.id, try await fixture.enroll("ada", axis(1)))
    }

    @Test func `deleting a gallery cancels its jobs, and a new one of the name is free`() async throws {
        let (fixture, job, _) = try await replaced()
        let ended = try await fixture.store.job(job)
        #expect(ended.state == .cancelled && ended.error == "its gallery was deleted")
        #expect(ended.finishedAt != nil && ended.gallery == fixture.people)
        let next = try await fixture.store.createJob(
            kind: .purify, gallery: fixture.people, parameters: .empty)
        #expect(next.state == .queued)
    }

    @Test func `a job reads and changes nothing of the gallery that took its own's name`() async throws {
        let (fixture, job, face) = try await replaced()
        let (store, people) = (fixture.store, fixture.people)
        let missing = GalleryError.galleryNotFound(people)
        let decision = QuarantineDecision(face: face, reason: .nonDominant, angle: 80)
        let refusals = [
            await refusal { () throws(GalleryError) in try await store.gallery(people, of: job) },
            await refusal { () throws(GalleryError) in try await store.identitySets(in: people, for: job) },
            await refusal { () throws(GalleryError) in
                try await store.searchedFaceCounts(in: people, for: job)
            },
            await refusal { () throws(GalleryError) in
                try await store.searchedFaces(of: [name("ada")], in: people, for: job, atMost: 1)
            },
            await refusal { () throws(GalleryError) in
                try await store.applyQuarantine([decision], in: people, job: job, report: .empty)
            },
            await refusal { () throws(GalleryError) in
                try await store.setThreshold(
                    0.4, falseMatchRate: 1e-3, trials: 9, of: people, model: GalleryFixture.model, job: job,
                    report: .empty)
            },
        ]
        #expect(refusals == Array(repeating: missing, count: 6))
        let restored = await refusal { () throws(GalleryError) in
            try await store.restore(job: job, in: people)
        }
        #expect(restored == .jobNotFound(job))
        let gallery = try await store.gallery(people)
        #expect(gallery.quarantined == 0 && gallery.calibration == nil)
    }

    @Test func `vectors of more bytes than are allowed are not read`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let aside = try await fixture.enroll("ada", axis(0))
        for index in 1..<3 { try await fixture.enroll("ada", axis(index)) }
        let job = try await store.createJob(kind: .purify, gallery: people, parameters: .empty).id
        #expect(
            await refusal { () throws(GalleryError) in
                try await store.identitySets(in: people, for: job, byteLimit: 95)
            } == .vectorsTooLarge(bytes: 96, limit: 95))
        _ = try await store.applyQuarantine(
            [QuarantineDecision(face: aside, reason: .nonDominant, angle: 80)], in: people, job: job)
        let sets = try await store.identitySets(in: people, for: job, byteLimit: 64)
        #expect(sets?.flatMap(\.faces).count == 2)
    }
}

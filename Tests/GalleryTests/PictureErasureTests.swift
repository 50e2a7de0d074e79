import Foundation
import Gallery
import Locks
import TestKit
import Testing

/// Who is deleted leaves no picture behind.
@Suite struct PictureErasureTests {
    private static let model = GalleryFixture.model

    /// Jobs for pictures of an identity: one done, one running, one queued.
    private struct Jobs {
        let done, running, queued: JobID

        var all: [JobID] { [done, running, queued] }
    }

    private func jobs(_ fixture: GalleryFixture, of identity: String) async throws -> Jobs {
        let store = fixture.store
        var made: [JobID] = []
        for _ in 0..<3 {
            let parameters = try JSONObjectText(#"{"source":"identity","identity":"\#(identity)","seed":1}"#)
            made.append(
                try await store.createInversion(
                    of: (name(identity), fixture.people), model: Self.model, parameters: parameters
                ).id)
        }
        for job in made[..<2] { _ = try await store.startJob(job) }
        try await store.finishInversion(made[0], png: [1, 2, 3], report: .empty)
        return Jobs(done: made[0], running: made[1], queued: made[2])
    }

    private func fixture() async throws -> (GalleryFixture, ada: Jobs, bob: Jobs, adas: FaceID) {
        let fixture = try await GalleryFixture()
        let face = try await fixture.enroll("ada", axis(0))
        try await fixture.enroll("bob", axis(1))
        return (fixture, try await jobs(fixture, of: "ada"), try await jobs(fixture, of: "bob"), face)
    }

    /// No picture, no job under way, and none that could still bring one.
    private func expectGone(_ jobs: Jobs, _ store: GalleryStore, reason: String) async throws {
        for job in jobs.all { #expect(try await store.picture(of: job).png == nil) }
        #expect(try await store.job(jobs.done).state == .succeeded)
        for job in [jobs.running, jobs.queued] {
            let record = try await store.job(job)
            #expect(record.state == .cancelled && record.error == reason && record.finishedAt != nil)
            let late = await refusal { () throws(GalleryError) in
                try await store.finishInversion(job, png: [4], report: .empty)
            }
            #expect(late == .jobFinished(job))
            #expect(try await store.picture(of: job).png == nil)
        }
        #expect(try await store.check().problems == [])
    }

    private func expectUntouched(_ jobs: Jobs, _ store: GalleryStore) async throws {
        #expect(try await store.picture(of: jobs.done).png == [1, 2, 3])
        #expect(try await store.job(jobs.running).state == .running)
        #expect(try await store.meanFace(for: jobs.running, model: Self.model)?.embedding == axis(1))
        #expect(try await store.job(jobs.done).parameters.text.contains("bob"))
    }

    @Test func `an identity's pictures go with it, and its jobs forget its name`() async throws {
        let (fixture, ada, bob, _) = try await fixture()
        let told = Locked<[JobID]>([])
        try await fixture.store.deleteIdentity(name("ada"), in: fixture.people) { jobs in
            told.withLock { $0 += jobs }
        }
        #expect(told.withLock { $0 } == [ada.running, ada.queued])
        try await expectGone(ada, fixture.store, reason: "its identity was deleted")
        for job in ada.all {
            #expect(
                try await fixture.store.job(job).parameters.text == #"{"source":"identity","seed":1}"#)
        }
        try await expectUntouched(bob, fixture.store)
    }

    @Test func `a gallery's pictures go with it`() async throws {
        let (fixture, ada, bob, _) = try await fixture()
        let other = try GalleryName("other")
        _ = try await fixture.store.putGallery(other, model: Self.model)
        _ = try await fixture.store.enroll(
            [NewFace(embedding: axis(2))], as: name("cy"), in: other, model: Self.model)
        let kept = try await fixture.store.createInversion(
            of: (name("cy"), other), model: Self.model, parameters: .empty
        ).id
        try await fixture.store.finishInversion(kept, png: [7], report: .empty)
        let told = Locked<[JobID]>([])
        try await fixture.store.deleteGallery(fixture.people) { jobs in told.withLock { $0 += jobs } }
        #expect(told.withLock { Set($0) } == [ada.running, ada.queued, bob.running, bob.queued])
        for jobs in [ada, bob] {
            try await expectGone(jobs, fixture.store, reason: "its gallery was deleted")
            #expect(!(try await fixture.store.job(jobs.done).parameters.text.contains("\"identity\":")))
        }
        #expect(try await fixture.store.picture(of: kept).png == [7])
    }

    @Test func `pictures that a deleted face may have a part in go, and the identity's name stays`()
        async throws
    {
        let (fixture, ada, bob, face) = try await fixture()
        try await fixture.store.deleteFace(face, in: fixture.people)
        try await expectGone(ada, fixture.store, reason: "a face of its identity was deleted")
        #expect(try await fixture.store.job(ada.done).parameters.text.contains("ada"))
        try await expectUntouched(bob, fixture.store)
    }

    @Test func `one made anew under the name is nobody that an older job shows`() async throws {
        let (fixture, ada, _, _) = try await fixture()
        let store = fixture.store
        try await store.deleteIdentity(name("ada"), in: fixture.people)
        try await fixture.enroll("ada", axis(3))
        let read = await refusal { () throws(GalleryError) in
            try await store.meanFace(for: ada.queued, model: Self.model)
        }
        #expect(read == .jobFinished(ada.queued))
    }

    @Test func `a face set aside takes no picture away`() async throws {
        let (fixture, ada, bob, face) = try await fixture()
        _ = try await fixture.store.applyQuarantine(
            [QuarantineDecision(face: face, reason: .nonDominant, angle: 80)], in: fixture.people,
            job: .random())
        #expect(try await fixture.store.picture(of: ada.done).png == [1, 2, 3])
        #expect(try await fixture.store.meanFace(for: ada.running, model: Self.model) == nil)
        try await expectUntouched(bob, fixture.store)
    }

    @Test func `nothing of a deleted picture is left in the file`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        let job = try await fixture.store.createInversion(
            of: (name("ada"), fixture.people), model: Self.model, parameters: .empty
        ).id
        let picture = Array(repeatElement(Array("a-face-nobody-may-see".utf8), count: 2_000).joined())
        try await fixture.store.finishInversion(job, png: picture, report: .empty)
        await fixture.store.close()
        let mark = Data("a-face-nobody-may-see".utf8)
        // A closed store has folded its log into the file.
        let file = URL(fileURLWithPath: fixture.path)
        #expect(try Data(contentsOf: file).range(of: mark) != nil)
        let store = try await GalleryStore.open(path: fixture.path)
        try await store.deleteIdentity(name("ada"), in: fixture.people)
        await store.close()
        #expect(try Data(contentsOf: file).range(of: mark) == nil)
    }
}

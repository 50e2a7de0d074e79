import Gallery
import Locks
import TestKit
import Testing

@Suite struct QuarantineTests {
    private func decide(_ face: FaceID, moveTo: IdentityName? = nil) -> QuarantineDecision {
        QuarantineDecision(
            face: face, reason: .beyondThreshold, angle: 81.5, nearest: moveTo,
            nearestAngle: moveTo.map { _ in 12 },
            moveTo: moveTo)
    }

    @Test func `a face set aside leaves the search at once, keeps everything and comes back`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let face = try await fixture.enroll("ada", axis(0))
        let other = try await fixture.enroll("ada", axis(1))
        let job = JobID.random()
        _ = try await store.putIdentity(try name("bob"), in: people)
        let set = try await store.applyQuarantine(
            [decide(face, moveTo: try name("bob"))], in: people, job: job)
        #expect(set == [face])
        #expect(try await fixture.search(axis(0)).matches.isEmpty)
        let record = try await store.face(face, in: people)
        let quarantine = try #require(record.quarantine)
        #expect(quarantine.job == job && quarantine.reason == .beyondThreshold && quarantine.angle == 81.5)
        #expect(quarantine.nearest?.text == "bob" && quarantine.moveTo?.text == "bob")
        #expect(quarantine.nearestAngle == 12)
        #expect(try await store.quarantine(in: people).items == [record])
        #expect(try await store.faces(of: try name("ada"), in: people).items.map(\.id) == [face, other])
        let identity = try await store.identity(try name("ada"), in: people)
        #expect(identity.faces == 2 && identity.quarantined == 1)
        let purification = try await store.createJob(kind: .purify, gallery: people, parameters: .empty).id
        let sets = try await store.identitySets(in: people, for: purification)
        #expect(sets?.flatMap(\.faces).map(\.id) == [other])
        #expect(try await store.check().problems == [])

        #expect(try await store.restore([face, other], in: people) == [face], "the other was not set aside")
        #expect(try await fixture.search(axis(0)).matches.map(\.face) == [face])
        #expect(try await store.face(face, in: people).quarantine == nil)
        #expect(try await store.check().problems == [])
    }

    @Test func `what is set aside stays so over a restart`() async throws {
        let fixture = try await GalleryFixture()
        let face = try await fixture.enroll("ada", axis(0))
        _ = try await fixture.store.applyQuarantine([decide(face)], in: fixture.people, job: .random())
        let reopened = try await fixture.reopened()
        let answer = try await reopened.search(
            axis(0), in: fixture.people, model: GalleryFixture.model, top: 1, threshold: 0)
        #expect(answer.matches.isEmpty && answer.bestBelow == nil)
        #expect(try await reopened.check().problems == [])
    }

    @Test func `faces deleted or set aside meanwhile are skipped`() async throws {
        let fixture = try await GalleryFixture()
        let gone = try await fixture.enroll("ada", axis(0))
        let stays = try await fixture.enroll("ada", axis(1))
        try await fixture.store.deleteFace(gone, in: fixture.people)
        let decisions = [decide(gone), decide(stays), decide(stays)]
        #expect(
            try await fixture.store.applyQuarantine(decisions, in: fixture.people, job: .random()) == [stays])
        #expect(try await fixture.store.applyQuarantine(decisions, in: fixture.people, job: .random()) == [])
    }

    @Test func `restoring is all or nothing and names every unknown id`() async throws {
        let fixture = try await GalleryFixture()
        let face = try await fixture.enroll("ada", axis(0))
        _ = try await fixture.store.applyQuarantine([decide(face)], in: fixture.people, job: .random())
        let unknown = [FaceID.random(), FaceID.random()]
        let error = await refusal { () throws(GalleryError) in
            try await fixture.store.restore([unknown[0], face, unknown[1]], in: fixture.people)
        }
        #expect(error == .faceNotFound(unknown, gallery: fixture.people))
        #expect(try await fixture.store.face(face, in: fixture.people).quarantine != nil)
        #expect(try await fixture.search(axis(0)).matches.isEmpty)
    }

    @Test func `a job's faces are restored together, a stranger job is unknown`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        var faces: [FaceID] = []
        for index in 0..<4 { faces.append(try await fixture.enroll("ada", axis(index))) }
        let first = try await store.createJob(kind: .purify, gallery: people, parameters: .empty)
        _ = try await store.applyQuarantine(
            faces[..<3].map { decide($0) }, in: people, job: first.id, report: .empty)
        _ = try await store.applyQuarantine([decide(faces[3])], in: people, job: .random())
        #expect(try await store.restore(job: first.id, in: people) == Array(faces[..<3]))
        #expect(try await store.restore(job: first.id, in: people) == [], "a second time there is nothing")
        #expect(try await store.quarantine(in: people).items.map(\.id) == [faces[3]])
        let stranger = JobID.random()
        let error = await refusal { () throws(GalleryError) in
            try await store.restore(job: stranger, in: people)
        }
        #expect(error == .jobNotFound(stranger))
    }

    @Test func `a purification's report and its quarantine are one write`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let face = try await fixture.enroll("ada", axis(0))
        let job = try await store.createJob(kind: .purify, gallery: people, parameters: .empty)
        _ = try await store.finishJob(job.id, .cancelled)
        let refused = await refusal { () throws(GalleryError) in
            try await store.applyQuarantine([decide(face)], in: people, job: job.id, report: .empty)
        }
        #expect(refused == .jobFinished(job.id))
        #expect(try await store.quarantine(in: people).items.isEmpty)
        #expect(try await fixture.search(axis(0)).matches.count == 1)
    }

    @Test func `a purification that is cancelled sets nothing aside, however far it was written`()
        async throws
    {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        var faces: [FaceID] = []
        for index in 0..<3 { faces.append(try await fixture.enroll("ada", axis(index))) }
        let job = try await store.createJob(kind: .purify, gallery: people, parameters: .empty)
        #expect(try await store.identitySets(in: people, for: job.id, isCancelled: { true }) == nil)
        let asked = Locked(0)
        let refused = await refusal { () throws(GalleryError) in
            try await store.applyQuarantine(
                faces.map { decide($0) }, in: people, job: job.id, report: .empty,
                isCancelled: {
                    asked.withLock {
                        $0 += 1; return $0 > 2
                    }
                })
        }
        #expect(refused == .jobFinished(job.id) && asked.withLock { $0 } == 3)
        #expect(try await store.quarantine(in: people).items.isEmpty)
        #expect(try await store.job(job.id).state == .queued, "whoever cancelled it says how it ended")
        #expect(try await fixture.search(axis(0)).matches.map(\.face) == [faces[0]])
        #expect(try await store.check().problems == [])
    }

    @Test func `the quarantine comes in pages in the order in which faces were set aside`() async throws {
        let fixture = try await GalleryFixture()
        var faces: [FaceID] = []
        for index in 0..<5 { faces.append(try await fixture.enroll("ada", axis(index))) }
        let order = [faces[3], faces[0], faces[4]]
        _ = try await fixture.store.applyQuarantine(
            order.map { decide($0) }, in: fixture.people, job: .random())
        let first = try await fixture.store.quarantine(in: fixture.people, try PageRequest(limit: 2))
        _ = try await fixture.store.restore([order[1]], in: fixture.people)
        let second = try await fixture.store.quarantine(
            in: fixture.people, try PageRequest(limit: 2, after: first.next))
        #expect(first.items.map(\.id) == [order[0], order[1]] && second.items.map(\.id) == [order[2]])
    }

    @Test func `the sets for a purification are in order of name and of enrolment`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("bob", axis(0))
        let first = try await fixture.enroll("ada", axis(1))
        let second = try await fixture.enroll("ada", axis(2))
        let job = try await fixture.store.createJob(
            kind: .purify, gallery: fixture.people, parameters: .empty)
        let sets = try #require(try await fixture.store.identitySets(in: fixture.people, for: job.id))
        #expect(sets.map(\.identity.text) == ["ada", "bob"])
        #expect(
            sets[0].faces.map(\.id) == [first, second]
                && sets[0].faces.map(\.embedding) == [axis(1), axis(2)])
    }

    @Test func `a page of the quarantine is read in its order, not sorted`() async throws {
        let fixture = try await GalleryFixture()
        let raw = try RawDatabase(fixture.path)
        // SQLite's `detail`.
        let plan = try raw.text(
            "EXPLAIN QUERY PLAN SELECT id FROM quarantine WHERE gallery = 1 AND id > 5 ORDER BY id LIMIT 9",
            column: 3)
        #expect(plan?.contains("quarantine_in_order") == true, "\(plan ?? "")")
        raw.close()
        await fixture.store.close()
    }
}

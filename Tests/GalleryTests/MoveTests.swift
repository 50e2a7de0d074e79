import Encodings
import Gallery
import Locks
import TestKit
import Testing

/// Faces given to another identity, identities renamed and merged.
@Suite struct MoveTests {
    private static let model = GalleryFixture.model

    private func found(_ fixture: GalleryFixture, _ probe: [Float]) async throws -> [String] {
        try await fixture.search(probe, threshold: 0.9).matches.map(\.identity.text)
    }

    /// What the store says, and what it says after it was opened anew.
    private func expectSame(_ fixture: GalleryFixture, _ probes: [[Float]]) async throws {
        #expect(try await fixture.store.check().problems == [])
        var before: [[IdentityMatch]] = []
        for probe in probes { before.append(try await fixture.search(probe).matches) }
        let reopened = try await fixture.reopened()
        for (probe, matches) in zip(probes, before) {
            let after = try await reopened.search(
                probe, in: fixture.people, model: Self.model, top: 5, threshold: 0.5)
            #expect(after.matches == matches)
        }
    }

    @Test func `a face is found under the identity that it was given to, which is made when new`()
        async throws
    {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let stays = try await fixture.enroll("ada", axis(0))
        let goes = try await fixture.enroll("ada", axis(1))
        for identity in ["bob", "cy"] {
            let (faces, record) = try await store.moveFaces([goes, goes], to: try name(identity), in: people)
            #expect(faces == MovedFaces(moved: 1))
            #expect(record.name.text == identity && record.faces == 1)
            #expect(try await found(fixture, axis(1)) == [identity])
            #expect(try await store.face(goes, in: people).identity.text == identity)
        }
        #expect(try await found(fixture, axis(0)) == ["ada"])
        #expect(try await store.faces(of: try name("ada"), in: people).items.map(\.id) == [stays])
        #expect(try await store.identity(try name("bob"), in: people).faces == 0)
        let before = try await store.gallery(people).updatedAt
        let again = try await store.moveFaces([goes], to: try name("cy"), in: people)
        #expect(again.faces == MovedFaces(), "it is there already")
        #expect(try await store.gallery(people).updatedAt == before)
        try await expectSame(fixture, [axis(0), axis(1)])
    }

    @Test func `a face set aside comes back under its new identity, or under its own`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let faces = [try await fixture.enroll("ada", axis(0)), try await fixture.enroll("ada", axis(1))]
        _ = try await store.applyQuarantine(
            faces.map { QuarantineDecision(face: $0, reason: .nonDominant, angle: 80) }, in: people,
            job: .random())
        let moved = try await store.moveFaces([faces[0]], to: try name("bob"), in: people)
        #expect(moved.faces == MovedFaces(moved: 1, restored: [faces[0]]))
        let own = try await store.moveFaces([faces[1]], to: try name("ada"), in: people)
        #expect(own.faces == MovedFaces(restored: [faces[1]]))
        #expect(try await found(fixture, axis(0)) == ["bob"])
        #expect(try await found(fixture, axis(1)) == ["ada"])
        #expect(try await store.quarantine(in: people).items.isEmpty)
        try await expectSame(fixture, [axis(0), axis(1)])
    }

    @Test func `moving is all or nothing and names every unknown id`() async throws {
        let fixture = try await GalleryFixture()
        let face = try await fixture.enroll("ada", axis(0))
        let unknown = [FaceID.random(), FaceID.random()]
        let error = await refusal { () throws(GalleryError) in
            try await fixture.store.moveFaces(
                [unknown[0], face, unknown[1]], to: try name("bob"), in: fixture.people)
        }
        #expect(error == .faceNotFound(unknown, gallery: fixture.people))
        #expect(try await found(fixture, axis(0)) == ["ada"])
        let missing = await refusal { () throws(GalleryError) in
            try await fixture.store.identity(try name("bob"), in: fixture.people)
        }
        #expect(missing == .identityNotFound(try name("bob"), gallery: fixture.people))
    }

    @discardableResult
    private func enroll(
        _ fixture: GalleryFixture, _ identity: String, _ embedding: [Float], content: UInt8,
        _ details: FaceDetails = FaceDetails(), index: Int = 0
    ) async throws -> FaceID {
        let hash = try #require(ContentHash(bytes: [UInt8](repeating: content, count: 32)))
        let face = NewFace(
            embedding: embedding, source: FaceSource(hash: hash, index: index), details: details)
        return try await fixture.store.enroll(
            [face], as: try name(identity), in: fixture.people, model: Self.model)[0].id
    }

    @Test func `a face whose picture the identity has stays where it is, and so does who is merged`()
        async throws
    {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let twin = try await enroll(fixture, "ada", axis(0), content: 1)
        let own = try await enroll(fixture, "bob", axis(1), content: 1)
        try await enroll(fixture, "bob", axis(2), content: 2)
        let aside = try await enroll(fixture, "bob", axis(3), content: 3)
        let decision = QuarantineDecision(
            face: aside, reason: .nonDominant, angle: 80, nearest: try name("ada"), nearestAngle: 5,
            moveTo: try name("ada"))
        _ = try await store.applyQuarantine([decision], in: people, job: .random())
        let duplicate = MovedFaces.Duplicate(face: own, of: twin)
        let moved = try await store.moveFaces([own], to: try name("ada"), in: people)
        #expect(moved.faces == MovedFaces(duplicates: [duplicate]))
        let merged = try await store.mergeIdentity(try name("bob"), into: try name("ada"), in: people)
        #expect(merged.faces == MovedFaces(moved: 2, duplicates: [duplicate]))
        #expect(try await store.faces(of: try name("bob"), in: people).items.map(\.id) == [own])
        #expect(try await found(fixture, axis(1)) == ["bob"])
        #expect(try await found(fixture, axis(2)) == ["ada"])
        let record = try #require(try await store.face(aside, in: people).quarantine)
        #expect(record.nearest == nil && record.moveTo == nil, "it is ada's now")
        try await expectSame(fixture, [axis(0), axis(1), axis(2)])
    }

    @Test func `an identity is renamed with all that it has`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let faces = [try await fixture.enroll("ada", axis(0)), try await fixture.enroll("ada", axis(1))]
        let metadata = try JSONObjectText(#"{"badge":7}"#)
        _ = try await store.putIdentity(try name("ada"), in: people, metadata: metadata)
        let before = try await store.identity(try name("ada"), in: people)
        let decision = QuarantineDecision(face: faces[1], reason: .nonDominant, angle: 80)
        _ = try await store.applyQuarantine([decision], in: people, job: .random())
        let (moved, record) = try await store.mergeIdentity(
            try name("ada"), into: try name("ada lovelace"), in: people)
        #expect(moved == MovedFaces(moved: 2))
        #expect(record.metadata == metadata && record.createdAt == before.createdAt)
        #expect(record.faces == 2 && record.quarantined == 1)
        #expect(try await found(fixture, axis(0)) == ["ada lovelace"])
        #expect(try await found(fixture, axis(1)) == [], "it is set aside still")
        #expect(try await store.identities(in: people).items.map(\.name.text) == ["ada lovelace"])
        try await expectSame(fixture, [axis(0), axis(1)])
    }

    @Test func `an identity that was merged is gone, its faces set aside stay so`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let ada = try await fixture.enroll("ada", axis(0))
        let bobs = [try await fixture.enroll("bob", axis(1)), try await fixture.enroll("bob", axis(2))]
        let decisions = [
            QuarantineDecision(face: bobs[1], reason: .nonDominant, angle: 80),
            QuarantineDecision(
                face: ada, reason: .nonDominant, angle: 70, nearest: try name("bob"), nearestAngle: 9,
                moveTo: try name("bob")),
        ]
        _ = try await store.applyQuarantine(decisions, in: people, job: .random())
        try await fixture.enroll("cy", axis(3))
        let merged = try await store.mergeIdentity(try name("bob"), into: try name("cy"), in: people)
        #expect(merged.faces == MovedFaces(moved: 2))
        #expect(merged.identity.faces == 3 && merged.identity.quarantined == 1)
        #expect(try await found(fixture, axis(1)) == ["cy"])
        #expect(try await store.identities(in: people).items.map(\.name.text) == ["ada", "cy"])
        let aside = try await store.quarantine(in: people).items
        #expect(aside.map(\.identity.text) == ["cy", "ada"])
        #expect(aside[1].quarantine?.nearest?.text == "cy" && aside[1].quarantine?.moveTo?.text == "cy")
        let missing = await refusal { () throws(GalleryError) in
            try await store.mergeIdentity(try name("bob"), into: try name("cy"), in: people)
        }
        #expect(missing == .identityNotFound(try name("bob"), gallery: people))
        try await expectSame(fixture, [axis(0), axis(1), axis(2), axis(3)])
    }

    @Test func `nothing is moved while a job of the gallery goes by whose faces are whose`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let face = try await fixture.enroll("ada", axis(0))
        let job = try await store.createJob(kind: .calibrate, gallery: people, parameters: .empty).id
        let moved = await refusal { () throws(GalleryError) in
            try await store.moveFaces([face], to: try name("bob"), in: people)
        }
        let merged = await refusal { () throws(GalleryError) in
            try await store.mergeIdentity(try name("ada"), into: try name("bob"), in: people)
        }
        #expect(moved == .jobRunning(job, gallery: people) && merged == moved)
        #expect(try await store.identities(in: people).items.map(\.name.text) == ["ada"])
        _ = try await store.finishJob(job, .cancelled)
        #expect(try await store.moveFaces([face], to: try name("bob"), in: people).faces.moved == 1)
    }

    private func box(at x: Float) -> FaceDetails {
        FaceDetails(box: .init(x: x, y: 10, width: 40, height: 50))
    }

    @Test func `of one picture faces at other places are others, at the same place the same`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let left = try await enroll(fixture, "ada", axis(0), content: 1, box(at: 0))
        let right = try await enroll(fixture, "bob", axis(1), content: 1, box(at: 200))
        // Its index among cy's faces of the picture is another than bob's.
        try await enroll(fixture, "cy", axis(2), content: 1, box(at: 400))
        let again = try await enroll(fixture, "cy", axis(3), content: 1, box(at: 203), index: 1)
        let moved = try await store.moveFaces([right], to: try name("ada"), in: people)
        #expect(moved.faces == MovedFaces(moved: 1))
        #expect(try await store.faces(of: try name("ada"), in: people).items.map(\.id) == [left, right])
        let merged = try await store.mergeIdentity(try name("cy"), into: try name("ada"), in: people)
        #expect(
            merged.faces == MovedFaces(moved: 1, duplicates: [MovedFaces.Duplicate(face: again, of: right)]))
        try await expectSame(fixture, [axis(0), axis(1), axis(2), axis(3)])
    }

    @Test func `who is merged leaves metadata where there are none, and the earlier time`() async throws {
        let time = ManualTime()
        let fixture = try await GalleryFixture { $0.now = { time.now } }
        let (store, people) = (fixture.store, fixture.people)
        let first = try JSONObjectText(#"{"badge":1}"#)
        for (index, identity) in ["ada", "bob", "cy"].enumerated() {
            try await fixture.enroll(identity, axis(index))
            time.set(time.now.milliseconds + 1_000)
        }
        _ = try await store.putIdentity(try name("ada"), in: people, metadata: first)
        let earliest = try await store.identity(try name("ada"), in: people).createdAt
        let bob = try await store.mergeIdentity(try name("ada"), into: try name("bob"), in: people).identity
        #expect(bob.metadata == first && bob.createdAt == earliest)
        let second = try JSONObjectText(#"{"badge":2}"#)
        _ = try await store.putIdentity(try name("cy"), in: people, metadata: second)
        let cy = try await store.mergeIdentity(try name("bob"), into: try name("cy"), in: people).identity
        #expect(cy.metadata == second && cy.createdAt == earliest && cy.faces == 3)
    }

    @Test func `a face set aside is told to lie near to another, never to its own identity`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let face = try await fixture.enroll("ada", axis(0))
        try await fixture.enroll("bob", axis(1))
        let decision = QuarantineDecision(
            face: face, reason: .nonDominant, angle: 70, nearest: try name("bob"), nearestAngle: 9,
            moveTo: try name("bob"))
        _ = try await store.applyQuarantine([decision], in: people, job: .random())
        _ = try await store.mergeIdentity(try name("bob"), into: try name("ada"), in: people)
        let record = try #require(try await store.quarantine(in: people).items.first?.quarantine)
        #expect(record.nearest == nil && record.nearestAngle == nil && record.moveTo == nil)
        #expect(record.angle == 70)
    }

    @Test func `an older report does not speak of who has the name now`() async throws {
        let time = ManualTime()
        let fixture = try await GalleryFixture { $0.now = { time.now } }
        let (store, people) = (fixture.store, fixture.people)
        for (index, identity) in ["ada", "bob"].enumerated() {
            try await fixture.enroll(identity, axis(index))
        }
        let job = try await store.createJob(kind: .purify, gallery: people, parameters: .empty).id
        let report = #"{"per_identity":[{"identity":"ada","faces":1},{"identity":"bob","faces":2}]}"#
        _ = try await store.finishJob(job, .succeeded(report: try JSONObjectText(report)))
        #expect(try await store.job(job).report?.text == report)
        time.set(time.now.milliseconds + 1_000)
        _ = try await store.mergeIdentity(try name("ada"), into: try name("cy"), in: people)
        let others = #"{"per_identity":[{"identity":"bob","faces":2}]}"#
        #expect(try await store.job(job).report?.text == others)
        _ = try await store.mergeIdentity(try name("bob"), into: try name("ada"), in: people)
        #expect(try await store.job(job).report?.text == #"{"per_identity":[]}"#)

        time.set(time.now.milliseconds + 1_000)
        try await fixture.enroll("bob", axis(3))
        _ = try await store.mergeIdentity(try name("cy"), into: try name("bob"), in: people)
        #expect(
            try await store.job(job).report?.text == #"{"per_identity":[]}"#,
            "bob has the earlier time of who went into him, and his name since later")
    }

    /// A job that made a picture and one that is to make one.
    private func pictures(_ fixture: GalleryFixture, of identity: String) async throws -> [JobID] {
        var jobs: [JobID] = []
        for _ in 0..<2 {
            let parameters = try JSONObjectText(#"{"source":"identity","identity":"\#(identity)","seed":1}"#)
            jobs.append(
                try await fixture.store.createInversion(
                    of: (name(identity), fixture.people), model: Self.model, parameters: parameters
                ).id)
        }
        _ = try await fixture.store.startJob(jobs[0])
        try await fixture.store.finishInversion(jobs[0], png: [1, 2, 3], report: .empty)
        return jobs
    }

    @Test func `pictures of who a face leaves go, with jobs under way; a new name keeps them`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        try await fixture.enroll("ada", axis(0))
        let face = try await fixture.enroll("ada", axis(1))
        try await fixture.enroll("bob", axis(2))
        let (adas, bobs) = (try await pictures(fixture, of: "ada"), try await pictures(fixture, of: "bob"))
        let told = Locked<[JobID]>([])
        _ = try await store.moveFaces(
            [face], to: try name("bob"), in: people, cancelled: { jobs in told.withLock { $0 += jobs } })
        #expect(told.withLock { $0 } == [adas[1]])
        #expect(try await store.picture(of: adas[0]).png == nil)
        #expect(try await store.job(adas[1]).error == "a face of its identity was given to another")
        _ = try await store.mergeIdentity(try name("bob"), into: try name("bo"), in: people)
        #expect(try await store.picture(of: bobs[0]).png == [1, 2, 3])
        #expect(try await store.job(bobs[1]).state == .queued)
        #expect(
            try await store.job(bobs[0]).parameters.text == #"{"source":"identity","identity":"bo","seed":1}"#
        )
        try await expectSame(fixture, [axis(1)])
    }
}

import Encodings
import Gallery
import TestKit
import Testing

@Suite struct EnrolmentTests {
    private static let details = FaceDetails(
        box: .init(x: 1, y: 2.5, width: 100, height: 120), score: 0.875,
        landmarks: (0..<5).map { .init(x: Float($0), y: Float($0) + 0.5) },
        quality: .init(sharpness: 12.5, faceSize: 100, yaw: -10, pitch: 5, roll: 0.25))

    @Test func `a face keeps everything that it was enrolled with`() async throws {
        let fixture = try await GalleryFixture()
        let source = FaceSource(hash: ContentHash(of: [1, 2, 3]), index: 2)
        let face = NewFace(
            embedding: axis(3), norm: 21.5, source: source, details: Self.details,
            metadata: try JSONObjectText(#"{"from":"door"}"#), crop: [0xFF, 0xD8, 0x00])
        let ada = try name("ada")
        let enrolled = try await fixture.store.enroll(
            [face], as: ada, in: fixture.people, model: GalleryFixture.model)
        #expect(enrolled.map(\.isDuplicate) == [false])
        let reopened = try await fixture.reopened()
        let record = try await reopened.face(enrolled[0].id, in: fixture.people)
        #expect(record.id == enrolled[0].id && record.identity == ada && record.norm == 21.5)
        #expect(record.source == source && record.details == Self.details)
        #expect(record.metadata.text == #"{"from":"door"}"# && record.hasCrop && record.quarantine == nil)
        #expect(try await reopened.embedding(of: record.id, in: fixture.people) == axis(3))
        #expect(try await reopened.crop(of: record.id, in: fixture.people) == [0xFF, 0xD8, 0x00])
        #expect(try await reopened.faces(from: source.hash, of: ada, in: fixture.people) == [record])
    }

    @Test func `a vector alone is enrolled without details`() async throws {
        let fixture = try await GalleryFixture()
        let id = try await fixture.enroll("ada", axis(0))
        let record = try await fixture.store.face(id, in: fixture.people)
        #expect(
            record.details == FaceDetails() && record.norm == nil && record.source == nil && !record.hasCrop)
        let crop = await refusal { () throws(GalleryError) in
            try await fixture.store.crop(of: id, in: fixture.people)
        }
        #expect(crop == .cropNotFound(id))
    }

    @Test func `the same source again is a duplicate within its identity only`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people, model) = (fixture.store, fixture.people, GalleryFixture.model)
        let hash = ContentHash(of: [9])
        let face = NewFace(embedding: axis(0), source: FaceSource(hash: hash))
        let sibling = NewFace(embedding: axis(1), source: FaceSource(hash: hash, index: 1))
        let first = try await store.enroll(
            [face, sibling, face], as: try name("ada"), in: people, model: model)
        #expect(first.map(\.isDuplicate) == [false, false, true])
        #expect(first[0].id == first[2].id && first[0].id != first[1].id)
        let again = try await store.enroll([face], as: try name("ada"), in: people, model: model)
        #expect(again.map(\.id) == [first[0].id] && again[0].isDuplicate)
        let other = try await store.enroll([face], as: try name("bob"), in: people, model: model)
        #expect(!other[0].isDuplicate)
        #expect(try await store.gallery(people).faces == 3)
    }

    @Test func `faces of one image are told apart by their places, whatever index they were given`()
        async throws
    {
        let fixture = try await GalleryFixture()
        let (store, people, model) = (fixture.store, fixture.people, GalleryFixture.model)
        func face(_ axis: [Float], at x: Float, index: Int) -> NewFace {
            NewFace(
                embedding: axis, source: FaceSource(hash: ContentHash(of: [7]), index: index),
                details: FaceDetails(box: .init(x: x, y: 0, width: 50, height: 60)))
        }
        let first = try await store.enroll(
            [face(axis(0), at: 0, index: 0), face(axis(1), at: 100, index: 1)], as: try name("ada"),
            in: people, model: model)
        // What a request made of it that began before those were there.
        let second = try await store.enroll(
            [face(axis(0), at: 3, index: 0), face(axis(2), at: 200, index: 1)], as: try name("ada"),
            in: people, model: model)
        #expect(second.map(\.isDuplicate) == [true, false] && second[0].id == first[0].id)
        let third = try await store.enroll(
            [face(axis(1), at: 98, index: 0)], as: try name("ada"), in: people, model: model)
        #expect(third.map(\.id) == [first[1].id] && third[0].isDuplicate)
        let kept = try await store.faces(of: try name("ada"), in: people).items
        #expect(kept.map { $0.details.box?.x } == [0, 100, 200])
        #expect(kept.map { $0.source?.index } == [0, 1, 2])
        // A detector that lets faces overlap says so in one call, and a photograph may be in it twice.
        let near = [face(axis(3), at: 400, index: 3), face(axis(4), at: 410, index: 4)]
        let both = try await store.enroll(near + near, as: try name("ada"), in: people, model: model)
        #expect(both.map(\.isDuplicate) == [false, false, true, true])
        #expect(both[2].id == both[0].id && both[3].id == both[1].id && both[0].id != both[1].id)
    }

    @Test func `a duplicate of a face that is set aside is known as one`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people, model) = (fixture.store, fixture.people, GalleryFixture.model)
        let face = NewFace(embedding: axis(0), source: FaceSource(hash: ContentHash(of: [9])))
        let first = try await store.enroll([face, face], as: try name("ada"), in: people, model: model)
        #expect(first.map(\.isQuarantined) == [false, false])
        let decision = QuarantineDecision(face: first[0].id, reason: .nonDominant, angle: 70)
        _ = try await store.applyQuarantine([decision], in: people, job: .random())
        let again = try await store.enroll([face], as: try name("ada"), in: people, model: model)
        #expect(again.map(\.id) == [first[0].id])
        #expect(again[0].isDuplicate && again[0].isQuarantined)
    }

    @Test func `hashes are those of SHA-256`() throws {
        let abc = ContentHash(of: Array("abc".utf8))
        #expect(abc.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(ContentHash(hex: abc.hex.uppercased()) == abc)
        #expect(ContentHash(hex: "ab") == nil && ContentHash(hex: String(repeating: "g", count: 64)) == nil)
        #expect(ContentHash(ofVector: [1]) == ContentHash(of: [0, 0, 0x80, 0x3F] as [UInt8]))
    }

    @Test(
        arguments: [
            ([], EmbeddingFault.dimension(expected: 8, given: 0)),
            (Array(repeating: 0, count: 7), .dimension(expected: 8, given: 7)),
            ([.nan, 0, 0, 0, 0, 0, 0, 0], .notFinite), ([.infinity, 0, 0, 0, 0, 0, 0, 0], .notFinite),
            ([0, 0, 0, 0, 0, 0, 0, 0], .norm(0)), ([2, 0, 0, 0, 0, 0, 0, 0], .norm(2)),
        ] as [([Float], EmbeddingFault)])
    func `a vector that is no unit vector of the model is refused everywhere`(
        _ vector: [Float], _ fault: EmbeddingFault
    ) async throws {
        let fixture = try await GalleryFixture()
        let good = NewFace(embedding: axis(0))
        let enrolled = await refusal { () throws(GalleryError) in
            try await fixture.store.enroll(
                [good, NewFace(embedding: vector)], as: try name("ada"), in: fixture.people,
                model: GalleryFixture.model)
        }
        #expect(enrolled == .embeddingInvalid(fault))
        let searched = await refusal { () throws(GalleryError) in
            try await fixture.store.search(
                vector, in: fixture.people, model: GalleryFixture.model, top: 1, threshold: 0)
        }
        #expect(searched == .embeddingInvalid(fault))
        #expect(try await fixture.store.gallery(fixture.people).identities == 0, "nothing half done")
    }

    @Test func `a detail that JSON could not carry is refused`() async throws {
        let fixture = try await GalleryFixture()
        var face = NewFace(embedding: axis(0))
        face.details.score = .nan
        let error = await refusal { [face] () throws(GalleryError) in
            try await fixture.store.enroll(
                [face], as: try name("ada"), in: fixture.people, model: GalleryFixture.model)
        }
        #expect(error == .detailsInvalid(reason: "a number is not finite"))
    }

    @Test func `another model's faces are refused`() async throws {
        let fixture = try await GalleryFixture()
        let other = ModelContract(name: "other", fingerprint: "ff", preprocessing: "rgb", dimension: 8)
        let enrolled = await refusal { () throws(GalleryError) in
            try await fixture.store.enroll(
                [NewFace(embedding: axis(0))], as: try name("ada"), in: fixture.people, model: other)
        }
        #expect(enrolled == .modelMismatch(gallery: GalleryFixture.model, given: other))
        let searched = await refusal { () throws(GalleryError) in
            try await fixture.store.search(axis(0), in: fixture.people, model: other, top: 1, threshold: 0)
        }
        #expect(searched == enrolled)
    }

    @Test func `a store that keeps no crops drops them`() async throws {
        let fixture = try await GalleryFixture { $0.keepsCrops = false }
        let enrolled = try await fixture.store.enroll(
            [NewFace(embedding: axis(0), crop: [1])], as: try name("ada"), in: fixture.people,
            model: GalleryFixture.model)
        #expect(try await fixture.store.face(enrolled[0].id, in: fixture.people).hasCrop == false)
    }

    @Test func `enrolling nobody makes no identity`() async throws {
        let fixture = try await GalleryFixture()
        let none = try await fixture.store.enroll(
            [], as: try name("ada"), in: fixture.people, model: GalleryFixture.model)
        #expect(none == [])
        #expect(try await fixture.store.gallery(fixture.people).identities == 0)
    }

    @Test func `times come from the store's clock and an enrolment updates its gallery`() async throws {
        let clock = ManualTime()
        let fixture = try await GalleryFixture { $0.now = { clock.now } }
        clock.set(1_800_000_000_123)
        let id = try await fixture.enroll("ada", axis(0))
        let record = try await fixture.store.face(id, in: fixture.people)
        #expect(record.createdAt == Timestamp(milliseconds: 1_800_000_000_123))
        let gallery = try await fixture.store.gallery(fixture.people)
        #expect(gallery.updatedAt == record.createdAt && gallery.createdAt < gallery.updatedAt)
    }
}

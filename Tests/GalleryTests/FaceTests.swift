import Gallery
import TestKit
import Testing

@Suite struct FaceTests {
    @Test func `faces come in pages in order of enrolment and a deletion moves nothing`() async throws {
        let fixture = try await GalleryFixture()
        var ids: [FaceID] = []
        for index in 0..<5 { ids.append(try await fixture.enroll("ada", axis(index))) }
        try await fixture.enroll("bob", axis(7))
        let ada = try name("ada")
        let first = try await fixture.store.faces(of: ada, in: fixture.people, try PageRequest(limit: 2))
        #expect(first.items.map(\.id) == Array(ids[..<2]))
        // The one that the cursor stands on goes; a new one comes at the end.
        try await fixture.store.deleteFace(ids[1], in: fixture.people)
        let sixth = try await fixture.enroll("ada", axis(6))
        let rest = try await fixture.store.faces(
            of: ada, in: fixture.people, try PageRequest(limit: 10, after: first.next))
        #expect(rest.items.map(\.id) == Array(ids[2...]) + [sixth])
        #expect(rest.next == nil)
    }

    @Test func `a deleted face is found by nobody`() async throws {
        let fixture = try await GalleryFixture()
        let id = try await fixture.enroll("ada", axis(0))
        try await fixture.store.deleteFace(id, in: fixture.people)
        let missing = GalleryError.faceNotFound([id], gallery: fixture.people)
        let (store, people) = (fixture.store, fixture.people)
        #expect(try await fixture.search(axis(0)).matches.isEmpty)
        #expect(await refusal { () throws(GalleryError) in try await store.face(id, in: people) } == missing)
        #expect(
            await refusal { () throws(GalleryError) in try await store.embedding(of: id, in: people) }
                == missing)
        #expect(
            await refusal { () throws(GalleryError) in try await store.crop(of: id, in: people) } == missing)
        #expect(
            await refusal { () throws(GalleryError) in try await store.deleteFace(id, in: people) } == missing
        )
        #expect(try await store.identity(try name("ada"), in: people).faces == 0, "its identity stays")
    }

    @Test func `a face belongs to its gallery`() async throws {
        let fixture = try await GalleryFixture()
        let id = try await fixture.enroll("ada", axis(0))
        let other = try GalleryName("other")
        _ = try await fixture.store.putGallery(other, model: GalleryFixture.model)
        let error = await refusal { () throws(GalleryError) in
            try await fixture.store.deleteFace(id, in: other)
        }
        #expect(error == .faceNotFound([id], gallery: other))
    }
}

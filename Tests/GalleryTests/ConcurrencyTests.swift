import Gallery
import TestKit
import Testing

@Suite struct ConcurrencyTests {
    @Test func `many enrol, search and delete at a time, and each sees its own write at once`() async throws {
        let fixture = try await GalleryFixture()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    var generator = SeededGenerator(seed: UInt64(worker + 1))
                    for round in 0..<40 {
                        let vector = randomUnit(8, &generator)
                        let id = try await fixture.enroll("worker \(worker)", vector)
                        let found = try await fixture.search(vector, top: 1, threshold: 0.9999)
                        #expect(found.matches.count == 1)
                        if round % 3 == 0 { try await fixture.store.deleteFace(id, in: fixture.people) }
                    }
                }
            }
            try await group.waitForAll()
        }
        let gallery = try await fixture.store.gallery(fixture.people)
        #expect(gallery.identities == 8 && gallery.faces == 8 * 26)
        #expect(try await fixture.store.check().problems == [])
    }

    @Test func `the same image sent by many at a time is enrolled once`() async throws {
        let fixture = try await GalleryFixture()
        let face = NewFace(embedding: axis(0), source: FaceSource(hash: ContentHash(of: [4])))
        let results = try await withThrowingTaskGroup(of: EnrolledFace.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    try await fixture.store.enroll(
                        [face], as: try name("ada"), in: fixture.people, model: GalleryFixture.model)[0]
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(results.map(\.id)).count == 1)
        #expect(results.count { !$0.isDuplicate } == 1)
        #expect(try await fixture.store.gallery(fixture.people).faces == 1)
    }

    @Test func `a write that fails leaves the writes beside it alone`() async throws {
        let fixture = try await GalleryFixture()
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<40 {
                group.addTask {
                    await refusal { () throws(GalleryError) in
                        if index.isMultiple(of: 2) {
                            try await fixture.store.deleteFace(.random(), in: fixture.people)
                        } else {
                            _ = try await fixture.store.enroll(
                                [NewFace(embedding: axis(index % 8))], as: try name("p\(index)"),
                                in: fixture.people, model: GalleryFixture.model)
                        }
                    } == nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(outcomes == 20)
        #expect(try await fixture.store.gallery(fixture.people).faces == 20)
        #expect(try await fixture.store.check().problems == [])
    }

    @Test func `galleries come and go under searches`() async throws {
        let fixture = try await GalleryFixture()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<20 {
                    let gallery = try GalleryName("passing")
                    _ = try await fixture.store.putGallery(gallery, model: GalleryFixture.model)
                    _ = try await fixture.store.enroll(
                        [NewFace(embedding: axis(0))], as: try name("ada"), in: gallery,
                        model: GalleryFixture.model)
                    try await fixture.store.deleteGallery(gallery)
                }
            }
            group.addTask {
                for _ in 0..<200 {
                    let gallery = try GalleryName("passing")
                    let error = await refusal { () throws(GalleryError) in
                        try await fixture.store.search(
                            axis(0), in: gallery, model: GalleryFixture.model, top: 1, threshold: 0)
                    }
                    #expect(error == nil || error == .galleryNotFound(gallery))
                }
            }
            try await group.waitForAll()
        }
    }
}

import Gallery
import TestKit
import Testing

/// Writes that are committed, and whose faces can't be read into the index then.
@Suite struct IndexFailureTests {
    /// Of a vector of no length, which no index takes.
    private static let zeros = "zeroblob(32)"

    private let failed = Recorder<GalleryError>()

    /// With `ada` in the gallery `people`.
    private func fixture() async throws -> GalleryFixture {
        let fixture = try await GalleryFixture { [failed] options in
            options.indexFailed = { _, error in failed.add(error) }
        }
        try await fixture.enroll("ada", axis(0))
        return fixture
    }

    /// Damages every embedding as soon as it is written, until `body` is through.
    private func damaging(
        _ event: String, in fixture: GalleryFixture, _ body: () async throws -> Void
    ) async throws {
        let raw = try RawDatabase(fixture.path)
        try raw.execute(
            """
            CREATE TRIGGER damage AFTER \(event) ON faces
            BEGIN UPDATE faces SET embedding = \(Self.zeros) WHERE id = new.id; END
            """)
        try await body()
        try raw.execute("DROP TRIGGER damage")
    }

    /// Imports one face of bob, and gives the number of faces that came in.
    private func importBob(into fixture: GalleryFixture) async throws -> Int {
        let transfer = try await fixture.store.beginImport(into: fixture.people)
        try await transfer.add([
            ImportedFace(id: .random(), identity: try name("bob"), face: NewFace(embedding: axis(1)))
        ])
        return try await transfer.commit().faces
    }

    /// Sets what is damaged to the unit vector along the second axis.
    private func repair(_ fixture: GalleryFixture, dimension: Int) throws {
        let numbers = (0..<dimension).map { $0 == 1 ? "0000803f" : "00000000" }.joined()
        try RawDatabase(fixture.path).execute(
            "UPDATE faces SET embedding = x'\(numbers)' WHERE embedding = \(Self.zeros)")
    }

    @Test func `an import whose faces can't be read back is done, and searches wait until they can be`()
        async throws
    {
        let fixture = try await fixture()
        let store = fixture.store
        try await damaging("INSERT", in: fixture) {
            let faces = try await importBob(into: fixture)
            #expect(faces == 1)
        }
        #expect(failed.all.map(\.isOfDamage) == [true])
        // Who searches the index as it was before would not find bob, and nobody would know.
        for _ in 0..<2 {
            let error = await refusal { () throws(GalleryError) in
                try await store.search(
                    axis(0), in: fixture.people, model: GalleryFixture.model, top: 5, threshold: 0.5)
            }
            #expect(error?.isOfDamage == true)
        }
        #expect(try await store.check().problems.contains { $0.contains("was dropped") })
        // The other writes go on.
        let cyd = try await fixture.enroll("cyd", axis(2))
        let dan = try await fixture.enroll("dan", axis(3))
        try await store.deleteFace(dan, in: fixture.people)
        try repair(fixture, dimension: 8)
        #expect(try await fixture.search(axis(1)).matches.map(\.identity.text) == ["bob"])
        #expect(try await fixture.search(axis(2)).matches.map(\.face) == [cyd])
        #expect(try await fixture.search(axis(3)).matches.isEmpty)
        #expect(try await store.check().problems == [])
        #expect(failed.all.count == 1)
    }

    @Test func `a gallery that can't be read back with its new model has it all the same`() async throws {
        let fixture = try await fixture()
        let (store, people) = (fixture.store, fixture.people)
        let other = ReembeddingTests.other
        try await store.deleteIdentity(try name("ada"), in: people)
        _ = try await store.enroll(
            [NewFace(embedding: axis(0), crop: [1])], as: try name("bob"), in: people,
            model: GalleryFixture.model)
        let work = try await store.beginReembedding(people, to: other)
        let source = try #require(try await work.sources(after: nil, limit: 2).first)
        try await work.stage([.init(source, embedding: axis(1, dimension: 4), norm: nil)])
        try await damaging("UPDATE OF embedding", in: fixture) { try await work.commit() }
        #expect(try await store.gallery(people).model == other && failed.all.count == 1)
        let probe = axis(1, dimension: 4)
        let error = await refusal { () throws(GalleryError) in
            try await store.search(probe, in: people, model: other, top: 1, threshold: 0.5)
        }
        #expect(error?.isOfDamage == true)
        try repair(fixture, dimension: 4)
        let found = try await store.search(probe, in: people, model: other, top: 1, threshold: 0.5)
        #expect(found.matches.map(\.identity.text) == ["bob"])
        #expect(try await store.check().problems == [])
    }

    @Test func `a gallery whose index was dropped can be deleted and made anew`() async throws {
        let fixture = try await fixture()
        let store = fixture.store
        try await damaging("INSERT", in: fixture) {
            _ = try await importBob(into: fixture)
        }
        try await store.deleteGallery(fixture.people)
        let error = await refusal { () throws(GalleryError) in
            try await store.search(
                axis(0), in: fixture.people, model: GalleryFixture.model, top: 1, threshold: 0.5)
        }
        #expect(error == .galleryNotFound(fixture.people))
        _ = try await store.putGallery(fixture.people, model: GalleryFixture.model)
        #expect(try await fixture.search(axis(0)).matches.isEmpty)
    }
}

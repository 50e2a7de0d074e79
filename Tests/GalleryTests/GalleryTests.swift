import Encodings
import Gallery
import Locks
import TestKit
import Testing

@Suite struct GalleryTests {
    @Test func `a gallery is created once and found after that`() async throws {
        let fixture = try await GalleryFixture()
        let metadata = try JSONObjectText(#"{"a":1}"#)
        let other = try GalleryName("other")
        let made = try await fixture.store.putGallery(
            other, model: GalleryFixture.model, description: "first", metadata: metadata)
        #expect(made.isNew)
        #expect(made.gallery.description == "first")
        #expect(made.gallery.metadata == metadata)
        #expect(made.gallery.model == GalleryFixture.model)
        #expect(made.gallery.identities == 0 && made.gallery.faces == 0 && made.gallery.quarantined == 0)
        let again = try await fixture.store.putGallery(
            other, model: GalleryFixture.model, description: "second")
        #expect(!again.isNew)
        #expect(again.gallery.description == "second")
        #expect(again.gallery.metadata == metadata, "what is not given stays")
        #expect(try await fixture.store.gallery(other) == again.gallery)
    }

    @Test func `creating a gallery that exists is refused`() async throws {
        let fixture = try await GalleryFixture()
        let error = await refusal { () throws(GalleryError) in
            try await fixture.store.createGallery(fixture.people, model: GalleryFixture.model)
        }
        #expect(error == .galleryExists(fixture.people))
    }

    @Test func `another model can't take over a gallery, and the refusal names both`() async throws {
        let fixture = try await GalleryFixture()
        let other = ModelContract(
            name: "other", fingerprint: String(repeating: "b2", count: 32), preprocessing: "bgr", dimension: 8
        )
        let error = await refusal { () throws(GalleryError) in
            try await fixture.store.putGallery(fixture.people, model: other)
        }
        #expect(error == .modelMismatch(gallery: GalleryFixture.model, given: other))
        let text = try #require(error).description
        #expect(text.contains("tiny") && text.contains("other"))
    }

    @Test func `the name of a model has no say in whether it matches`() async throws {
        let fixture = try await GalleryFixture()
        let renamed = ModelContract(
            name: "renamed", fingerprint: GalleryFixture.model.fingerprint,
            preprocessing: GalleryFixture.model.preprocessing, dimension: 8)
        #expect(try await fixture.store.putGallery(fixture.people, model: renamed).isNew == false)
    }

    @Test func `galleries come in pages by name, and one made meanwhile moves nothing`() async throws {
        let fixture = try await GalleryFixture()
        for text in ["d", "b", "f"] {
            _ = try await fixture.store.putGallery(try GalleryName(text), model: GalleryFixture.model)
        }
        let first = try await fixture.store.galleries(try PageRequest(limit: 2))
        #expect(first.items.map(\.name.text) == ["b", "d"])
        for text in ["a", "e"] {
            _ = try await fixture.store.putGallery(try GalleryName(text), model: GalleryFixture.model)
        }
        let cursor = try Cursor(try #require(first.next).text)
        let second = try await fixture.store.galleries(try PageRequest(limit: 10, after: cursor))
        #expect(second.items.map(\.name.text) == ["e", "f", "people"])
        #expect(second.next == nil)
    }

    @Test func `a page that is exactly full and last has no next`() async throws {
        let fixture = try await GalleryFixture()
        let page = try await fixture.store.galleries(try PageRequest(limit: 1))
        #expect(page.items.count == 1 && page.next == nil)
    }

    @Test func `deleting a gallery takes everything in it along`() async throws {
        let fixture = try await GalleryFixture()
        let face = try await fixture.enroll("ada", axis(0))
        try await fixture.store.deleteGallery(fixture.people)
        #expect(
            await refusal { () throws(GalleryError) in try await fixture.store.gallery(fixture.people) }
                == .galleryNotFound(fixture.people))
        let search = await refusal { () throws(GalleryError) in
            try await fixture.store.search(
                axis(0), in: fixture.people, model: GalleryFixture.model, top: 1, threshold: 0)
        }
        #expect(search == .galleryNotFound(fixture.people))
        _ = try await fixture.store.putGallery(fixture.people, model: GalleryFixture.model)
        let lookup = await refusal { () throws(GalleryError) in
            try await fixture.store.face(face, in: fixture.people)
        }
        #expect(lookup == .faceNotFound([face], gallery: fixture.people))
        let answer = try await fixture.search(axis(0))
        #expect(answer.matches.isEmpty && answer.bestBelow == nil && answer.margin == nil)
        let report = try await fixture.store.check()
        #expect(report.galleries == 1 && report.faces == 0 && report.problems == [])
    }

    @Test func `what a crash left of a deleted gallery is seen by nobody and goes at the next start`()
        async throws
    {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        await fixture.store.close()
        let raw = try RawDatabase(fixture.path)
        try raw.execute("UPDATE galleries SET name = 'deleted/1', deleted_at = 1")
        raw.close()
        let store = try await fixture.reopened()
        #expect(try await store.galleries().items.isEmpty)
        #expect(try await store.statistics().isEmpty)
        let report = try await store.check()
        #expect(report.galleries == 0 && report.faces == 0 && report.problems == [])
    }

    @Test func `rows of a deleted gallery that won't go are reported, and no reason not to start`()
        async throws
    {
        let told = Locked<[GalleryError]>([])
        let fixture = try await GalleryFixture { options in
            options.report = { error in told.withLock { $0.append(error) } }
        }
        try await fixture.enroll("ada", axis(0))
        var raw = try RawDatabase(fixture.path)
        try raw.execute(
            "CREATE TRIGGER stay BEFORE DELETE ON faces BEGIN SELECT RAISE(ABORT, 'it stays'); END")
        raw.close()
        try await fixture.store.deleteGallery(fixture.people)
        #expect(try await fixture.store.galleries().items.isEmpty)
        #expect(told.withLock { $0.map(\.description) }.allSatisfy { $0.contains("it stays") })
        #expect(told.withLock { $0.count } == 1)
        await fixture.store.close()
        var options = StoreOptions()
        options.report = { error in told.withLock { $0.append(error) } }
        let second = try await GalleryStore.open(path: fixture.path, options: options)
        #expect(told.withLock { $0.count } == 2)
        #expect(try await second.putGallery(fixture.people, model: GalleryFixture.model).isNew)
        await second.close()
        raw = try RawDatabase(fixture.path)
        #expect(try raw.text("SELECT count(*) FROM faces") == "1")
        try raw.execute("DROP TRIGGER stay")
        raw.close()
        let third = try await GalleryStore.open(path: fixture.path, options: options)
        #expect(try await third.check().faces == 0)
        #expect(told.withLock { $0.count } == 2)
        await third.close()
    }

    @Test func `rows that won't go are tried again by the next deletion or import`() async throws {
        for next in ["deletion", "import"] {
            let told = Locked(0)
            let fixture = try await GalleryFixture { options in
                options.report = { _ in told.withLock { $0 += 1 } }
            }
            let (store, people) = (fixture.store, fixture.people)
            try await fixture.enroll("ada", axis(0))
            let raw = try RawDatabase(fixture.path)
            try raw.execute(
                "CREATE TRIGGER stay BEFORE DELETE ON faces BEGIN SELECT RAISE(ABORT, 'it stays'); END")
            try await store.deleteGallery(people)
            #expect(told.withLock { $0 } == 1)
            _ = try await store.putGallery(people, model: GalleryFixture.model)
            await (try await store.beginImport(into: people)).cancel()
            #expect(told.withLock { $0 } == 2)
            #expect(try raw.text("SELECT count(*) FROM faces") == "1")
            try raw.execute("DROP TRIGGER stay")
            if next == "deletion" {
                try await store.deleteGallery(people)
            } else {
                await (try await store.beginImport(into: people)).cancel()
            }
            #expect(told.withLock { $0 } == 2)
            #expect(try raw.text("SELECT count(*) FROM faces") == "0")
            #expect(try raw.text("SELECT count(*) FROM galleries WHERE deleted_at IS NOT NULL") == "0")
        }
    }

    @Test func `identities go some at a time too`() async throws {
        let path = Locked("")
        let seen = Recorder<String?>()
        let fixture = try await GalleryFixture { options in
            options.now = {
                let raw = try? RawDatabase(path.withLock { $0 })
                seen.add(try? raw?.text("SELECT count(*) FROM identities"))
                return Timestamp(milliseconds: 1)
            }
        }
        let raw = try RawDatabase(fixture.path)
        try raw.execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
            INSERT INTO identities (gallery, name, metadata, created_at, updated_at)
            SELECT (SELECT id FROM galleries), 'person ' || i, '{}', 1, 1 FROM n
            """)
        let before = seen.all.count
        path.withLock { $0 = fixture.path }
        try await fixture.store.deleteGallery(fixture.people)
        // The name goes, then no report has to be rewritten, then the rows go and at last the gallery.
        #expect(seen.all.dropFirst(before) == ["1200", "1200", "700", "200", "0", "0"])
        #expect(try raw.text("SELECT count(*) FROM galleries") == "0")
    }

    @Test func `other writes take their turn while a large gallery is deleted`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let transfer = try await store.beginImport(into: people)
        let ada = try name("ada")
        try await transfer.add(
            (0..<3_000).map { _ in
                ImportedFace(id: .random(), identity: ada, face: NewFace(embedding: axis(0)))
            })
        _ = try await transfer.commit()
        async let deletion: Void = store.deleteGallery(people)
        // The name is free again long before the last face is gone.
        while true {
            let made = try await store.putGallery(people, model: GalleryFixture.model)
            if made.isNew { break }
        }
        #expect(try await store.gallery(people).faces == 0)
        try await deletion
        let report = try await store.check()
        #expect(report.galleries == 1 && report.faces == 0 && report.problems == [])
    }

    @Test func `a missing gallery is named by everything that needs it`() async throws {
        let fixture = try await GalleryFixture()
        let (store, gone, ada) = (fixture.store, try GalleryName("gone"), try name("ada"))
        let model = GalleryFixture.model
        let missing = GalleryError.galleryNotFound(gone)
        #expect(await refusal { () throws(GalleryError) in try await store.deleteGallery(gone) } == missing)
        #expect(
            await refusal { () throws(GalleryError) in try await store.clearThreshold(of: gone) }
                == missing)
        #expect(
            await refusal { () throws(GalleryError) in try await store.putIdentity(ada, in: gone) } == missing
        )
        #expect(await refusal { () throws(GalleryError) in try await store.identities(in: gone) } == missing)
        #expect(
            await refusal { () throws(GalleryError) in
                try await store.enroll([NewFace(embedding: axis(0))], as: ada, in: gone, model: model)
            } == missing)
        #expect(
            await refusal { () throws(GalleryError) in try await store.identitySets(in: gone, for: .random())
            } == missing)
        #expect(await refusal { () throws(GalleryError) in try await store.quarantine(in: gone) } == missing)
        #expect(await refusal { () throws(GalleryError) in try await store.restore([], in: gone) } == missing)
        #expect(await refusal { () throws(GalleryError) in _ = try await store.export(gone) } == missing)
        #expect(
            await refusal { () throws(GalleryError) in _ = try await store.beginImport(into: gone) }
                == missing)
        #expect(
            await refusal { () throws(GalleryError) in
                try await store.createJob(kind: .purify, gallery: gone, parameters: .empty)
            } == missing)
    }

    @Test func `statistics count identities, faces and those set aside`() async throws {
        let fixture = try await GalleryFixture()
        let face = try await fixture.enroll("ada", axis(0))
        try await fixture.enroll("ada", axis(1))
        try await fixture.enroll("bob", axis(2))
        _ = try await fixture.store.applyQuarantine(
            [QuarantineDecision(face: face, reason: .nonDominant, angle: 80)], in: fixture.people,
            job: .random())
        let statistics = try #require(try await fixture.store.statistics().first)
        #expect(statistics.gallery == fixture.people && statistics.identities == 2)
        #expect(statistics.faces == 3 && statistics.quarantined == 1)
    }

    @Test func `a gallery of a name that is not given any more is still a gallery`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        for text in [".", ".."] {
            let name = try GalleryName(text)
            let error = await refusal { () throws(GalleryError) in
                _ = try await fixture.store.createGallery(name, model: GalleryFixture.model)
            }
            guard case .nameInvalid(.gallery, _) = error else {
                Issue.record("\(text): \(String(describing: error))")
                continue
            }
        }
        await fixture.store.close()
        try RawDatabase(fixture.path).execute("UPDATE galleries SET name = '.', description = ''")
        let store = try await GalleryStore.open(path: fixture.path)
        let name = try GalleryName(".")
        #expect(try await store.galleries().items.map(\.name) == [name])
        #expect(try await store.gallery(name).description == nil)
        let found = try await store.search(
            axis(0), in: name, model: GalleryFixture.model, top: 1, threshold: 0.5)
        #expect(found.matches.count == 1)
        let (gallery, isNew) = try await store.putGallery(
            name, model: GalleryFixture.model, description: "old")
        #expect(gallery.description == "old" && !isNew)
        try await store.deleteGallery(name)
        await store.close()
    }
}

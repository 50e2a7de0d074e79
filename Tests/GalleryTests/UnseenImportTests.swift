import Dispatch
import Encodings
import Foundation
import Gallery
import Locks
import TestKit
import Testing

/// Imports of more faces than go in one transaction, into a gallery that has nothing in it.
@Suite struct UnseenImportTests {
    private static let count = 1_200

    /// Calls what a test wants done before each write, which no other write can come between.
    private final class BeforeWrites: Sendable {
        private let writes = Locked(0)
        private let body = Locked<@Sendable (_ write: Int) -> Void>({ _ in })

        /// From now on, counted from 1.
        func call(_ body: @escaping @Sendable (_ write: Int) -> Void) {
            writes.withLock { $0 = 0 }
            self.body.withLock { $0 = body }
        }

        func now() -> Timestamp {
            let write = writes.withLock { writes in
                writes += 1
                return writes
            }
            body.withLock { $0 }(write)
            return Timestamp(milliseconds: 1_700_000_000_000)
        }
    }

    private static func faces(_ count: Int = count, seed: UInt64 = 1) throws -> [ImportedFace] {
        var generator = SeededGenerator(seed: seed)
        return try (0..<count).map { index in
            let face = NewFace(
                embedding: randomUnit(8, &generator), metadata: try JSONObjectText("{\"n\":\(index)}"),
                crop: [1, 2])
            return ImportedFace(id: .random(), identity: try name("person \(index % 100)"), face: face)
        }
    }

    private static func staged(_ faces: [ImportedFace], in fixture: GalleryFixture) async throws
        -> GalleryImport
    {
        let transfer = try await fixture.store.beginImport(into: fixture.people)
        try await transfer.add(faces)
        return transfer
    }

    @Test func `what was imported is there as if it had been enrolled, and the gallery is the one it was`()
        async throws
    {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let job = try await store.createJob(kind: .purify, gallery: people, parameters: .empty).id
        _ = try await store.putGallery(
            people, model: GalleryFixture.model, description: "ours",
            metadata: try JSONObjectText("{\"a\":1}"))
        var faces = try Self.faces()
        faces[700].quarantine = QuarantineRecord(
            job: job, reason: .nonDominant, angle: 70, nearest: nil, nearestAngle: nil, moveTo: nil,
            createdAt: Timestamp(milliseconds: 1))
        let summary = try await Self.staged(faces, in: fixture).commit()
        #expect(summary.faces == 1_200 && summary.identities == 100 && summary.duplicates == 0)
        let gallery = try await store.gallery(people, of: job)
        #expect(gallery.description == "ours" && gallery.metadata.text == "{\"a\":1}")
        #expect(gallery.faces == 1_200 && gallery.identities == 100 && gallery.quarantined == 1)
        for face in [0, 499, 500, 1_199].map({ faces[$0] }) {
            let found = try await fixture.search(face.face.embedding, threshold: 0.999).matches
            #expect(found.first?.face == face.id && found.first?.identity == face.identity)
        }
        #expect(try await store.galleries().items.map(\.name) == [people])
        let report = try await store.check()
        #expect(report.galleries == 1 && report.faces == 1_200 && report.problems == [])
        // And it goes on as any other.
        try await fixture.enroll("late", axis(0))
        let other = await refusal { () throws(GalleryError) in
            try await store.createJob(kind: .purify, gallery: people, parameters: .empty)
        }
        #expect(other == .jobRunning(job, gallery: people))
        let reopened = try await fixture.reopened()
        #expect(try await reopened.gallery(people).faces == 1_201)
        #expect(try await reopened.check().problems == [])
        await reopened.close()
    }

    @Test func `what the lines say of identities is there, wherever in the import they say it`() async throws
    {
        let fixture = try await GalleryFixture()
        var faces = try Self.faces()
        let (past, later) = (Timestamp(milliseconds: 1), Timestamp(milliseconds: 2))
        // The last line of its identity, whose first is in another transaction.
        faces[1_107].identityMetadata = try JSONObjectText(#"{"a":1}"#)
        (faces[1_107].identityCreatedAt, faces[1_107].identityUpdatedAt) = (past, later)
        faces[8].identityMetadata = .empty
        let transfer = try await Self.staged(faces, in: fixture)
        let alone = ImportedIdentity(
            name: try name("alone"), metadata: try JSONObjectText(#"{"b":2}"#), createdAt: past)
        try await transfer.add([.identity(alone)])
        let summary = try await transfer.commit()
        #expect(summary.faces == 1_200 && summary.identities == 101)
        let seventh = try await fixture.store.identity(try name("person 7"), in: fixture.people)
        #expect(seventh.metadata.text == #"{"a":1}"# && seventh.faces == 12)
        #expect(seventh.createdAt == past && seventh.updatedAt == later)
        let found = try await fixture.store.identity(try name("alone"), in: fixture.people)
        #expect(found.metadata.text == #"{"b":2}"# && found.faces == 0)
        #expect(found.createdAt == past && found.updatedAt == past)
        #expect(try await fixture.store.check().problems == [])
    }

    @Test func `lines that contradict each other about an identity are refused by their places`() async throws
    {
        let fixture = try await GalleryFixture()
        var faces = try Self.faces()
        faces[7].identityMetadata = try JSONObjectText(#"{"a":1}"#)
        faces[1_107].identityMetadata = try JSONObjectText(#"{"a":2}"#)
        let all = faces
        let error = await refusal { () throws(GalleryError) in
            try await fixture.store.beginImport(into: fixture.people).add(all)
        }
        #expect(error == .importRefused(line: 1_108, .identityMetadataDiffers(fromLine: 8)))
    }

    @Test func `nobody sees anything before all is there`() async throws {
        let before = BeforeWrites()
        let fixture = try await GalleryFixture { $0.now = before.now }
        let transfer = try await Self.staged(try Self.faces(), in: fixture)
        let seen = Recorder<String?>()
        let path = fixture.path
        before.call { _ in
            let raw = try? RawDatabase(path)
            let sql =
                "SELECT count(*) FROM faces WHERE gallery IN (SELECT id FROM galleries WHERE deleted_at IS NULL)"
            seen.add(try? raw?.text(sql))
        }
        _ = try await transfer.commit()
        // The hidden gallery, three times some faces, and the end.
        #expect(seen.all == ["0", "0", "0", "0", "0"])
        #expect(try await fixture.store.gallery(fixture.people).faces == 1_200)
    }

    /// Work that the hook of a write starts, and the order in which things end.
    private final class Beside: Sendable {
        let ended = Recorder<String>()
        private let task = Locked<Task<Void, any Error>?>(nil)

        /// Returns when it runs: the write that waits for this is not the last, so there are others to come
        /// between.
        func start(_ body: @escaping @Sendable () async throws -> Void) {
            let runs = DispatchSemaphore(value: 0)
            let task = Task.detached {
                runs.signal()
                try await body()
            }
            runs.wait()
            self.task.withLock { $0 = task }
        }

        func end() async throws { try await task.withLock { $0 }?.value }
    }

    @Test func `other writes take their turn`() async throws {
        let (before, beside) = (BeforeWrites(), Beside())
        let fixture = try await GalleryFixture { $0.now = before.now }
        let (store, other) = (fixture.store, try GalleryName("other"))
        _ = try await store.putGallery(other, model: GalleryFixture.model)
        let transfer = try await Self.staged(try Self.faces(10_000), in: fixture)
        before.call { number in
            guard number == 2 else { return }
            beside.start {
                let face = NewFace(embedding: axis(0))
                _ = try await store.enroll(
                    [face], as: try name("ada"), in: other, model: GalleryFixture.model)
                beside.ended.add("enrolment")
            }
        }
        _ = try await transfer.commit()
        beside.ended.add("import")
        try await beside.end()
        #expect(beside.ended.all == ["enrolment", "import"])
        #expect(try await store.gallery(fixture.people).faces == 10_000)
    }

    @Test func `a shutdown in the middle of an import is no error that anybody is told of`() async throws {
        let (before, beside) = (BeforeWrites(), Beside())
        let told = Recorder<GalleryError>()
        let fixture = try await GalleryFixture {
            $0.now = before.now
            $0.report = { told.add($0) }
        }
        let store = fixture.store
        let transfer = try await Self.staged(try Self.faces(10_000), in: fixture)
        before.call { if $0 == 2 { beside.start { await store.close() } } }
        let error = await refusal { () throws(GalleryError) in try await transfer.commit() }
        try await beside.end()
        #expect(error == .closed && told.all == [])
        let reopened = try await fixture.reopened()
        #expect(try await reopened.check().faces == 0)
        await reopened.close()
    }

    @Test(arguments: [3, 1_200])
    func `an import for a gallery that got another model meanwhile is refused`(count: Int) async throws {
        let fixture = try await GalleryFixture()
        let transfer = try await Self.staged(try Self.faces(count), in: fixture)
        let other = ReembeddingTests.other
        try await fixture.store.beginReembedding(fixture.people, to: other).commit()
        let error = await refusal { () throws(GalleryError) in try await transfer.commit() }
        #expect(error == .modelMismatch(gallery: other, given: GalleryFixture.model))
        #expect(try await fixture.store.check().faces == 0)
        #expect(try RawDatabase(fixture.path).text("SELECT count(*) FROM galleries") == "1")
    }

    @Test func `another model that comes while an import is under way stops it`() async throws {
        let (before, beside) = (BeforeWrites(), Beside())
        let fixture = try await GalleryFixture { $0.now = before.now }
        let transfer = try await Self.staged(try Self.faces(10_000), in: fixture)
        let other = ReembeddingTests.other
        let work = try await fixture.store.beginReembedding(fixture.people, to: other)
        before.call { if $0 == 2 { beside.start { try await work.commit() } } }
        let error = await refusal { () throws(GalleryError) in try await transfer.commit() }
        try await beside.end()
        #expect(error == .modelMismatch(gallery: other, given: GalleryFixture.model))
        #expect(try await fixture.store.check().faces == 0)
        #expect(try RawDatabase(fixture.path).text("SELECT count(*) FROM galleries") == "1")
    }

    @Test func `a gallery that gets something of its own meanwhile keeps it`() async throws {
        for write in [1, 3, 5] {
            let before = BeforeWrites()
            let fixture = try await GalleryFixture { $0.now = before.now }
            let transfer = try await Self.staged(try Self.faces(), in: fixture)
            let path = fixture.path
            before.call { number in
                guard number == write else { return }
                try? RawDatabase(path).execute(
                    """
                    INSERT INTO identities (gallery, name, metadata, created_at, updated_at)
                    SELECT id, 'person 7', '{"own":1}', 1, 1 FROM galleries WHERE name = 'people'
                    """)
            }
            let summary = try await transfer.commit()
            #expect(summary.faces == 1_200 && summary.identities == 99)
            let own = try await fixture.store.identity(try name("person 7"), in: fixture.people)
            #expect(own.metadata.text == #"{"own":1}"# && own.faces == 12)
            let report = try await fixture.store.check()
            #expect(report.galleries == 1 && report.faces == 1_200 && report.problems == [])
        }
    }

    @Test func `imports that began together are all there in the end`() async throws {
        let fixture = try await GalleryFixture()
        let first = try await Self.staged(try Self.faces(), in: fixture)
        let second = try await Self.staged(try Self.faces(seed: 2), in: fixture)
        let small = try await Self.staged(try Self.faces(3, seed: 3), in: fixture)
        _ = try await first.commit()
        #expect(try await second.commit().identities == 0)
        #expect(try await small.commit().faces == 3)
        #expect(try await fixture.store.gallery(fixture.people).faces == 2_403)
        #expect(try await fixture.store.check().problems == [])
    }

    @Test func `an import that is refused in its middle leaves nothing, and the next one goes in`()
        async throws
    {
        let fixture = try await GalleryFixture()
        let faces = try Self.faces()
        let transfer = try await Self.staged(faces + [faces[3]], in: fixture)
        let error = await refusal { () throws(GalleryError) in try await transfer.commit() }
        #expect(
            error == .importRefused(line: 1_201, .faceExists(faces[3].id, gallery: fixture.people)))
        #expect(try await fixture.store.gallery(fixture.people).identities == 0)
        #expect(try await fixture.search(faces[0].face.embedding).matches.isEmpty)
        #expect(try RawDatabase(fixture.path).text("SELECT count(*) FROM faces") == "0")
        #expect(try RawDatabase(fixture.path).text("SELECT count(*) FROM galleries") == "1")
        #expect(try await Self.staged(faces, in: fixture).commit().faces == 1_200)
        #expect(try await fixture.store.check().problems == [])
    }

    @Test func `an import for a gallery that was made anew is refused`() async throws {
        let fixture = try await GalleryFixture()
        let transfer = try await Self.staged(try Self.faces(), in: fixture)
        // The one that the import is for was there under two numbers.
        _ = try await Self.staged(try Self.faces(600, seed: 2), in: fixture).commit()
        try await fixture.store.deleteGallery(fixture.people)
        _ = try await fixture.store.putGallery(fixture.people, model: GalleryFixture.model)
        let error = await refusal { () throws(GalleryError) in try await transfer.commit() }
        #expect(error == .galleryNotFound(fixture.people))
        #expect(try await fixture.store.check().faces == 0)
    }

    @Test(arguments: 2...5)
    func `a kill before any of its writes leaves the gallery empty`(write: Int) async throws {
        let folder = TemporaryFolder()
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [folder = folder.path as String, write = write as Int] in
            let before = BeforeWrites()
            var options = StoreOptions()
            options.now = before.now
            let store = try await GalleryStore.open(path: folder + "/faces.db", options: options)
            let people = try GalleryName("people")
            _ = try await store.putGallery(people, model: GalleryFixture.model)
            let transfer = try await store.beginImport(into: people)
            try await transfer.add(try UnseenImportTests.faces())
            before.call { if $0 == write { kill(getpid(), SIGKILL) } }
            _ = try await transfer.commit()
        }
        let path = folder.file("faces.db")
        let left = try RawDatabase(path).text("SELECT count(*) FROM faces")
        #expect(left == "\(min((write - 2) * 500, Self.count))")
        let store = try await GalleryStore.open(path: path)
        let people = try GalleryName("people")
        let gallery = try await store.gallery(people)
        #expect(gallery.faces == 0 && gallery.identities == 0)
        #expect(try await store.galleries().items.map(\.name) == [people])
        let report = try await store.check()
        #expect(report.galleries == 1 && report.faces == 0 && report.problems == [])
        let transfer = try await store.beginImport(into: people)
        try await transfer.add(try Self.faces())
        #expect(try await transfer.commit().faces == 1_200)
        await store.close()
    }
}

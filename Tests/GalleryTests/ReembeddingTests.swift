import Foundation
import Gallery
import TestKit
import Testing

@Suite struct ReembeddingTests {
    static let other = ModelContract(
        name: "other", fingerprint: String(repeating: "b2", count: 32), preprocessing: "bgr 112x96",
        dimension: 4)
    private static let crop: [UInt8] = [0xFF, 0xD8, 0xFF, 0xD9]

    /// Three faces of two people with crops, one of them set aside, one face without.
    private func fixture() async throws -> (GalleryFixture, [FaceID]) {
        let fixture = try await GalleryFixture()
        var ids: [FaceID] = []
        for (identity, index, crop) in [
            ("ada", 0, Self.crop), ("ada", 1, Self.crop), ("bob", 2, Self.crop), ("cyd", 3, nil),
        ] {
            let face = NewFace(
                embedding: axis(index), norm: 9,
                source: FaceSource(hash: ContentHash(of: [UInt8(index)])), crop: crop)
            ids.append(
                try await fixture.store.enroll(
                    [face], as: try name(identity), in: fixture.people, model: GalleryFixture.model)[0].id)
        }
        _ = try await fixture.store.applyQuarantine(
            [QuarantineDecision(face: ids[1], reason: .nonDominant, angle: 80)], in: fixture.people,
            job: .random())
        try await calibrate(fixture)
        return (fixture, ids)
    }

    private func calibrate(_ fixture: GalleryFixture) async throws {
        let job = try await fixture.store.createJob(
            kind: .calibrate, gallery: fixture.people, parameters: .empty)
        try await fixture.store.setThreshold(
            0.7, falseMatchRate: 1e-3, trials: 10_000, of: fixture.people, model: GalleryFixture.model,
            job: job.id, report: .empty)
    }

    /// Stages a vector along an axis for every face with a crop, the rest as rest.
    private func stageAll(_ work: GalleryReembedding) async throws {
        var last: GalleryReembedding.Source?
        while let page = try await work.sources(after: last, limit: 3).nonEmpty {
            last = page.last
            try await work.setRest(page.filter { $0.crop == nil })
            let whole = page.filter { $0.crop != nil }
            try await work.stage(
                whole.map { .init($0, embedding: Self.vector(of: $0.identity), norm: 5) })
        }
    }

    /// Moves a gallery to the other model. What it holds is let go of with it, which those who look at files
    /// need.
    private func move(_ store: GalleryStore, _ gallery: GalleryName) async throws {
        let work = try await store.beginReembedding(gallery, to: Self.other)
        try await stageAll(work)
        try await work.commit()
    }

    /// Why a move ends with nothing done; `meanwhile` comes between the embeddings and the switch.
    private func failedMove(
        of store: GalleryStore, _ gallery: GalleryName, keepingRestIn rest: GalleryName?,
        meanwhile: () async throws -> Void = {}
    ) async throws -> GalleryError? {
        let work = try await store.beginReembedding(gallery, to: Self.other)
        try await stageAll(work)
        try await meanwhile()
        return await refusal { () throws(GalleryError) in
            try await work.commit(keepingRestIn: rest)
        }
    }

    /// Which model each crop was cut for, in order of enrolment.
    private func geometries(_ store: GalleryStore, _ gallery: GalleryName) async throws -> [String] {
        let work = try await store.beginReembedding(gallery, to: Self.other)
        let sources = try await work.sources(after: nil, limit: 9)
        await work.cancel()
        return sources.map(\.geometry)
    }

    /// What the other model makes of a person.
    static func vector(of identity: IdentityName) -> [Float] {
        axis(identity.text == "ada" ? 1 : 2, dimension: 4)
    }

    @Test func `a gallery gets its new model, embeddings and index in one step`() async throws {
        let (fixture, ids) = try await fixture()
        let (store, people) = (fixture.store, fixture.people)
        try await store.deleteFace(ids[3], in: people)
        let work = try await store.beginReembedding(people, to: Self.other)
        try await stageAll(work)
        #expect(
            try await store.gallery(people).model == GalleryFixture.model, "nothing is seen before the end")
        try await work.commit()

        let gallery = try await store.gallery(people)
        #expect(gallery.model == Self.other && gallery.calibration == nil)
        #expect(gallery.faces == 3 && gallery.quarantined == 1 && gallery.identities == 3)
        #expect(try await store.embedding(of: ids[1], in: people) == axis(1, dimension: 4))
        #expect(try await store.face(ids[0], in: people).norm == 5)
        let found = try await store.search(
            axis(1, dimension: 4), in: people, model: Self.other, top: 5, threshold: 0.5)
        #expect(found.matches.map(\.face) == [ids[0]], "what was set aside stays so")
        let old = await refusal { () throws(GalleryError) in
            try await store.search(
                axis(0), in: people, model: GalleryFixture.model, top: 1, threshold: 0.5)
        }
        #expect(old == .modelMismatch(gallery: Self.other, given: GalleryFixture.model))
        #expect(try await store.restore([ids[1]], in: people) == [ids[1]])
        #expect(try await store.check().problems == [])

        let again = try await fixture.reopened()
        #expect(try await again.gallery(people).model == Self.other)
        #expect(try await again.check().problems == [])
        await again.close()
    }

    @Test func `crops tell from then on which model they were cut for, an export and its import too`()
        async throws
    {
        let (fixture, ids) = try await fixture()
        let (store, people) = (fixture.store, fixture.people)
        try await store.deleteFace(ids[3], in: people)
        let (old, new) = (GalleryFixture.model.preprocessing, Self.other.preprocessing)
        #expect(try await geometries(store, people) == [old, old, old])
        try await move(store, people)
        _ = try await store.enroll(
            [NewFace(embedding: axis(0, dimension: 4), crop: Self.crop)], as: try name("new"), in: people,
            model: Self.other)
        #expect(try await geometries(store, people) == [old, old, old, new])

        let copy = try GalleryName("copy")
        _ = try await store.putGallery(copy, model: Self.other)
        let export = try await store.export(people, includingCrops: true)
        let faces = try #require(try await export.next())
        await export.close()
        #expect(faces.map(\.cropGeometry) == [old, old, old, nil])
        let into = try await store.beginImport(into: copy)
        try await into.add(
            faces.map {
                ImportedFace(
                    id: $0.record.id, identity: $0.record.identity,
                    face: NewFace(embedding: $0.embedding, crop: $0.crop, cropGeometry: $0.cropGeometry))
            })
        _ = try await into.commit()
        #expect(try await geometries(store, copy) == [old, old, old, new])
        await store.close()
    }

    @Test func `faces without a new embedding keep the old one in a gallery of the old model`() async throws {
        let (fixture, ids) = try await fixture()
        let (store, people) = (fixture.store, fixture.people)
        let rest = try GalleryName("rest")
        let work = try await store.beginReembedding(people, to: Self.other)
        try await stageAll(work)
        try await work.commit(keepingRestIn: rest)
        #expect(try await store.gallery(people).faces == 3)
        let kept = try await store.gallery(rest)
        #expect(kept.model == GalleryFixture.model && kept.faces == 1 && kept.identities == 1)
        #expect(try await store.embedding(of: ids[3], in: rest) == axis(3))
        let found = try await store.search(
            axis(3), in: rest, model: GalleryFixture.model, top: 1, threshold: 0.5)
        #expect(found.matches.map(\.identity.text) == ["cyd"])
        #expect(try await store.check().problems == [])
        await store.close()
    }

    @Test func `a picture of faces that leave goes, one of faces that stay is kept`() async throws {
        let (fixture, _) = try await fixture()
        let (store, people) = (fixture.store, fixture.people)
        var jobs: [JobID] = []
        for identity in ["cyd", "bob"] {
            let job = try await store.createInversion(
                of: (name(identity), people), model: GalleryFixture.model, parameters: .empty)
            try await store.finishInversion(job.id, png: [1], report: .empty)
            jobs.append(job.id)
        }
        let work = try await store.beginReembedding(people, to: Self.other)
        try await stageAll(work)
        try await work.commit(keepingRestIn: GalleryName("rest"))
        #expect(try await store.picture(of: jobs[0]).png == nil)
        #expect(try await store.picture(of: jobs[1]).png == [1])
        await store.close()
    }

    @Test func `a taken gallery for the rest, a missing embedding or a face that came changes nothing`()
        async throws
    {
        let (fixture, ids) = try await fixture()
        let (store, people) = (fixture.store, fixture.people)
        #expect(
            try await failedMove(of: store, people, keepingRestIn: people) == .galleryExists(people))
        #expect(try await failedMove(of: store, people, keepingRestIn: nil) == .galleryChanged(people))
        let late = try await failedMove(of: store, people, keepingRestIn: try GalleryName("rest")) {
            try await fixture.enroll("dan", axis(5))
        }
        #expect(late == .galleryChanged(people))
        let gallery = try await store.gallery(people)
        #expect(gallery.model == GalleryFixture.model && gallery.threshold == 0.7 && gallery.faces == 5)
        #expect(try await store.embedding(of: ids[0], in: people) == axis(0))
        #expect(try await store.galleries().items.map(\.name) == [people])
        #expect(try await store.check().problems == [])
        await store.close()
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path)
        #expect(!names.contains { $0.contains(".import-") }, "\(names)")
    }

    @Test func `a vector that is not of the new model is refused`() async throws {
        let (fixture, _) = try await fixture()
        let work = try await fixture.store.beginReembedding(fixture.people, to: Self.other)
        let first = try #require(try await work.sources(after: nil, limit: 1).first)
        let error = await refusal { () throws(GalleryError) in
            try await work.stage([.init(first, embedding: axis(0), norm: nil)])
        }
        #expect(error == .embeddingInvalid(.dimension(expected: 4, given: 8)))
        await work.cancel()
    }

    /// When the process is killed.
    enum Moment: String, CaseIterable {
        case beforeTheSwitch
        /// As soon as the log grows, which a thread watches.
        case withinTheSwitch
        case afterTheSwitch
    }

    @Test(arguments: Moment.allCases)
    func `a kill leaves the gallery wholly old or wholly new`(moment: Moment) async throws {
        let folder = TemporaryFolder()
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [folder = folder.path as String, moment = moment.rawValue as String] in
            try await ReembeddingTests.switchUntilKilled(in: folder, Moment(rawValue: moment)!)
        }
        let store = try await GalleryStore.open(path: folder.file("faces.db"))
        let people = try GalleryName("people")
        let gallery = try await store.gallery(people)
        #expect(gallery.faces == 500)
        switch moment {
        case .beforeTheSwitch: #expect(gallery.model == GalleryFixture.model)
        case .withinTheSwitch: #expect([GalleryFixture.model, Self.other].contains(gallery.model))
        case .afterTheSwitch: #expect(gallery.model == Self.other)
        }
        #expect(try await store.check().problems == [], "every embedding is of the gallery's dimension")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!names.contains { $0.contains(".import-") }, "\(names)")
        await store.close()
    }

    static func switchUntilKilled(in folder: String, _ moment: Moment) async throws {
        let path = folder + "/faces.db"
        let people = try GalleryName("people")
        let filled = try await GalleryStore.open(path: path)
        _ = try await filled.putGallery(people, model: GalleryFixture.model)
        let faces = (0..<500).map { _ in NewFace(embedding: axis(0), crop: crop) }
        _ = try await filled.enroll(faces, as: try name("ada"), in: people, model: GalleryFixture.model)
        // Opened anew, its log begins small.
        await filled.close()
        let store = try await GalleryStore.open(path: path)
        let work = try await store.beginReembedding(people, to: other)
        for source in try await work.sources(after: nil, limit: 1000) {
            try await work.stage([.init(source, embedding: axis(1, dimension: 4), norm: nil)])
        }
        if moment == .beforeTheSwitch { kill(getpid(), SIGKILL) }
        if moment == .withinTheSwitch {
            let before = size(path + "-wal")
            Thread {
                while size(path + "-wal") <= before {}
                kill(getpid(), SIGKILL)
            }.start()
        }
        try await work.commit()
        // The watching thread may be late; the log has grown by now in any case.
        kill(getpid(), SIGKILL)
    }

    private static func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}

extension Array {
    fileprivate var nonEmpty: [Element]? { isEmpty ? nil : self }
}

import Foundation
import Gallery
import TestKit
import Testing

@Suite struct TransferTests {
    /// Three identities, a quarantined face, a crop, details, metadata.
    private func filled() async throws -> GalleryFixture {
        let fixture = try await GalleryFixture()
        let (store, people, model) = (fixture.store, fixture.people, GalleryFixture.model)
        _ = try await store.putIdentity(
            try name("ada"), in: people, metadata: try JSONObjectText(#"{"team":1}"#))
        let detailed = NewFace(
            embedding: axis(0), norm: 20, source: FaceSource(hash: ContentHash(of: [1])),
            details: FaceDetails(box: .init(x: 1, y: 2, width: 3, height: 4), score: 0.5),
            metadata: try JSONObjectText(#"{"n":1}"#), crop: [1, 2, 3])
        _ = try await store.enroll([detailed], as: try name("ada"), in: people, model: model)
        let aside = try await fixture.enroll("bob", axis(1))
        for index in 2..<7 { try await fixture.enroll("cy", axis(index)) }
        let decision = QuarantineDecision(
            face: aside, reason: .nonDominant, angle: 70, nearest: try name("cy"), nearestAngle: 30)
        _ = try await store.applyQuarantine([decision], in: people, job: .random())
        return fixture
    }

    private func all(_ export: GalleryExport, limit: Int = 256) async throws -> [StoredFace] {
        var faces: [StoredFace] = []
        while let batch = try await export.next(limit: limit) {
            #expect(batch.count <= limit)
            faces += batch
        }
        return faces
    }

    private func imported(_ face: StoredFace) -> ImportedFace {
        let record = face.record
        return ImportedFace(
            id: record.id, identity: record.identity,
            face: NewFace(
                embedding: face.embedding, norm: record.norm, source: record.source, details: record.details,
                metadata: record.metadata, crop: face.crop),
            createdAt: record.createdAt, quarantine: record.quarantine,
            identityMetadata: face.identityMetadata, identityCreatedAt: face.identityCreatedAt,
            identityUpdatedAt: face.identityUpdatedAt, fingerprint: GalleryFixture.model.fingerprint)
    }

    @Test func `an export brought back elsewhere is the same gallery`() async throws {
        let fixture = try await filled()
        let faces = try await all(
            try await fixture.store.export(fixture.people, includingCrops: true), limit: 2)
        #expect(
            faces.count == 7 && faces[0].crop == [1, 2, 3] && faces[0].identityMetadata.text == #"{"team":1}"#
        )
        #expect(faces.filter { $0.record.quarantine != nil }.count == 1)
        let target = try await GalleryFixture()
        let transfer = try await target.store.beginImport(into: target.people)
        try await transfer.add(faces[..<3].map(imported))
        try await transfer.add(faces[3...].map(imported))
        #expect(try await target.store.gallery(target.people).faces == 0, "nothing is seen before the commit")
        let summary = try await transfer.commit()
        #expect(summary.faces == 7 && summary.identities == 3 && summary.duplicates == 0)
        let back = try await all(try await target.store.export(target.people, includingCrops: true))
        #expect(back == faces)
        #expect(try await target.search(axis(0)).matches.map(\.face) == [faces[0].record.id])
        #expect(try await target.search(axis(1)).matches.isEmpty, "what was set aside is so here")
        #expect(try await target.store.check().problems == [])
    }

    @Test func `identities without faces come after the faces, by name and in batches`() async throws {
        let fixture = try await filled()
        let (store, people) = (fixture.store, fixture.people)
        for text in ["zoe", "\u{E9}", "abe"] {
            _ = try await store.putIdentity(
                try name(text), in: people, metadata: try JSONObjectText("{\"n\":\"\(text)\"}"))
        }
        let export = try await store.export(people)
        // What comes now is not of the snapshot.
        _ = try await store.putIdentity(try name("late"), in: people)
        _ = try await all(export)
        var found: [IdentityRecord] = []
        while let batch = try await export.nextIdentities(limit: 2) {
            #expect(batch.count <= 2)
            found += batch
        }
        #expect(found.map(\.name) == [try name("abe"), try name("zoe"), try name("\u{E9}")])
        #expect(found[1] == (try await store.identity(try name("zoe"), in: people)))
        // One whose only face is set aside has a line of that face.
        #expect(try await store.identity(try name("bob"), in: people).quarantined == 1)
    }

    @Test func `an export without crops leaves them out`() async throws {
        let fixture = try await filled()
        let faces = try await all(try await fixture.store.export(fixture.people))
        #expect(faces.allSatisfy { $0.crop == nil } && faces[0].record.hasCrop)
    }

    @Test func `an export shows the gallery as it was when it began`() async throws {
        let fixture = try await filled()
        let export = try await fixture.store.export(fixture.people)
        let first = try #require(try await export.next(limit: 2))
        try await fixture.enroll("late", axis(7))
        try await fixture.store.deleteIdentity(try name("cy"), in: fixture.people)
        let rest = try await all(export)
        #expect(first.count + rest.count == 7)
        #expect(Set(rest.map(\.record.identity.text)) == ["cy"])
        #expect(export.gallery.faces == 7)
        #expect(try await fixture.store.gallery(fixture.people).faces == 3)
    }

    @Test func `an id that is taken stops the whole import and names the line`() async throws {
        let fixture = try await filled()
        let faces = try await all(try await fixture.store.export(fixture.people))
        let before = try await fixture.store.gallery(fixture.people)
        let transfer = try await fixture.store.beginImport(into: fixture.people)
        let fresh = ImportedFace(id: .random(), identity: try name("new"), face: NewFace(embedding: axis(7)))
        try await transfer.add([fresh, imported(faces[3])])
        let error = await refusal { () throws(GalleryError) in try await transfer.commit() }
        let taken = GalleryError.faceExists(faces[3].record.id, gallery: fixture.people)
        #expect(error == .importRefused(line: 2, taken))
        #expect(try await fixture.store.gallery(fixture.people) == before)
        #expect(try await fixture.search(axis(7)).matches.isEmpty)
    }

    @Test func `an id twice in an import is refused too`() async throws {
        let fixture = try await GalleryFixture()
        let transfer = try await fixture.store.beginImport(into: fixture.people)
        let face = ImportedFace(id: .random(), identity: try name("ada"), face: NewFace(embedding: axis(0)))
        try await transfer.add([face])
        try await transfer.add([face])
        let error = await refusal { () throws(GalleryError) in try await transfer.commit() }
        #expect(error == .importRefused(line: 2, .faceExists(face.id, gallery: fixture.people)))
        #expect(try await fixture.store.gallery(fixture.people).identities == 0)
    }

    @Test func `a bad line is refused with its number`() async throws {
        let fixture = try await GalleryFixture()
        let good = ImportedFace(id: .random(), identity: try name("ada"), face: NewFace(embedding: axis(0)))
        var short = good
        short.face.embedding = [1]
        let model = GalleryFixture.model
        var foreign = good
        foreign.fingerprint = "other"
        var narrow = good
        (narrow.fingerprint, narrow.preprocessing) = (model.fingerprint, "rgb 112x112 precision=bf16")
        func stated(_ fingerprint: String, _ preprocessing: String) -> ModelContract {
            ModelContract(
                name: model.name, fingerprint: fingerprint, preprocessing: preprocessing, dimension: 8)
        }
        let cases: [(ImportedFace, GalleryError)] = [
            (short, .embeddingInvalid(.dimension(expected: 8, given: 1))),
            (foreign, .modelMismatch(gallery: model, given: stated("other", model.preprocessing))),
            (
                narrow,
                .modelMismatch(gallery: model, given: stated(model.fingerprint, narrow.preprocessing!))
            ),
        ]
        for (bad, reason) in cases {
            let transfer = try await fixture.store.beginImport(into: fixture.people)
            try await transfer.add([good, good])
            let error = await refusal { () throws(GalleryError) in try await transfer.add([good, bad]) }
            #expect(error == .importRefused(line: 4, reason))
        }
    }

    @Test func `sources that an identity has already are left out and counted`() async throws {
        let fixture = try await filled()
        let transfer = try await fixture.store.beginImport(into: fixture.people)
        let face = NewFace(embedding: axis(0), source: FaceSource(hash: ContentHash(of: [1])))
        try await transfer.add([ImportedFace(id: .random(), identity: try name("ada"), face: face)])
        let summary = try await transfer.commit()
        #expect(summary.faces == 0 && summary.duplicates == 1 && summary.identities == 0)
        #expect(try await fixture.store.gallery(fixture.people).faces == 7)
    }

    @Test func `an import into a gallery that was made anew is refused`() async throws {
        let fixture = try await GalleryFixture()
        let transfer = try await fixture.store.beginImport(into: fixture.people)
        try await transfer.add([
            ImportedFace(id: .random(), identity: try name("ada"), face: NewFace(embedding: axis(0)))
        ])
        try await fixture.store.deleteGallery(fixture.people)
        _ = try await fixture.store.putGallery(fixture.people, model: GalleryFixture.model)
        let error = await refusal { () throws(GalleryError) in try await transfer.commit() }
        #expect(error == .galleryNotFound(fixture.people))
        #expect(try await fixture.store.gallery(fixture.people).faces == 0)
    }

    @Test func `imports that are dropped leave no file, and open ones block no write`() async throws {
        let fixture = try await GalleryFixture()
        do {
            let transfer = try await fixture.store.beginImport(into: fixture.people)
            try await transfer.add([
                ImportedFace(id: .random(), identity: try name("ada"), face: NewFace(embedding: axis(0)))
            ])
            #expect(try staged(fixture) == 1)
            try await fixture.enroll("bob", axis(1))
            await transfer.cancel()
        }
        #expect(try staged(fixture) == 0)
        #expect(try await fixture.store.gallery(fixture.people).faces == 1)
    }

    private func staged(_ fixture: GalleryFixture) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path).count {
            $0.contains(".import-")
        }
    }

    @Test func `no more transfers run than the options allow`() async throws {
        let fixture = try await GalleryFixture { $0.maximumTransfers = 2 }
        let (store, people) = (fixture.store, fixture.people)
        let first = try await store.export(people)
        do {
            let second = try await store.beginImport(into: people)
            let error = await refusal { () throws(GalleryError) in _ = try await store.export(people) }
            #expect(error == .tooManyTransfers(limit: 2))
            await second.cancel()
        }
        let third = try await store.export(people)
        #expect(try await third.next() == nil)
        await first.close()
        #expect(await refusal { () throws(GalleryError) in try await first.next() } == .closed)
    }
}

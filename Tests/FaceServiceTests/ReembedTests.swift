import Encodings
import FaceService
import Faces
import Gallery
import Imaging
import Locks
import TestKit
import Testing

struct ReembedTests {
    private let folder = TemporaryFolder()
    private let old = ColourAnalyzer()
    private let new = ColourAnalyzer(fingerprint: String(repeating: "02", count: 32), dimension: 5)

    private func open(
        _ analyzer: ColourAnalyzer, keepsCrops: Bool = true
    ) async throws -> FaceApplication {
        try await FaceApplication.open(
            try ServiceHarness.configuration(folder, ["galleries.keep_crops": "\(keepsCrops)"]),
            analyzer: analyzer)
    }

    private static let colours: [PixelColor] = (0..<70).map { (index: Int) -> PixelColor in
        PixelColor(red: UInt8(20 + 3 * index), green: UInt8(220 - 3 * index), blue: 90)
    }

    /// Enrols one crop of each colour, every person two of them.
    @discardableResult
    private func enrol(
        _ application: FaceApplication, _ colours: ArraySlice<PixelColor> = Self.colours[...],
        width: Int = 112
    ) async throws -> [FaceID] {
        let gallery = try GalleryName("g")
        _ = try await application.store.putGallery(gallery, model: application.modelContract)
        var options = EnrolOptions()
        options.aligned = true
        var ids: [FaceID] = []
        for (index, colour) in zip(colours.indices, colours) {
            let image = Image(width: width, height: 112, color: colour).png()
            let answer = try await application.enrol(
                [.image(image)], as: try IdentityName("person \(index / 2)"), in: gallery, options)
            ids += answer.faces.map(\.faceID)
        }
        return ids
    }

    /// What an analyzer makes of the crop as it is stored.
    private func expected(
        _ face: FaceID, _ analyzer: ColourAnalyzer, _ store: GalleryStore, _ gallery: String = "g"
    ) async throws -> [Float] {
        let crop = try await store.crop(of: face, in: try GalleryName(gallery))
        return analyzer.embedding(of: try SourceImage(bytes: crop).decode()).vector
    }

    @Test func `every face is embedded anew from its crop, those set aside too`() async throws {
        let gallery = try GalleryName("g")
        let first = try await open(old)
        let ids = try await enrol(first)
        _ = try await first.store.applyQuarantine(
            [QuarantineDecision(face: ids[3], reason: .nonDominant, angle: 90)], in: gallery, job: .random())
        await first.close()

        let second = try await open(new)
        let steps = Locked<[Int]>([])
        let answer = try await second.reembed(gallery) { done, _ in steps.withLock { $0.append(done) } }
        #expect(answer.reembedded == 70 && answer.rest.isEmpty && !answer.wasThere)
        #expect(answer.json["from"]?["precision"] == .string("fp32"))
        #expect(steps.withLock { $0 } == [64, 70], "a page at a time")
        for id in ids {
            let vector = try await second.store.embedding(of: id, in: gallery)
            #expect(try await vector == expected(id, new, second.store))
        }
        #expect(try await second.store.gallery(gallery).quarantined == 1)
        let probe = try await expected(ids[40], new, second.store)
        let found = try await second.identify(.embedding(probe), in: gallery)
        #expect(found.faces[0].matches[0].faceID == ids[40].text)
        #expect(try await second.store.check().problems == [])
        #expect(try await second.reembed(gallery).wasThere, "there is nothing to do twice")
        await second.close()
    }

    @Test func `faces without a crop are listed and nothing changes, or they stay with the old model`()
        async throws
    {
        let gallery = try GalleryName("g")
        let without = try await open(old, keepsCrops: false)
        let bare = try await enrol(without, Self.colours[..<3])
        await without.close()
        let with = try await open(old)
        try await enrol(with, Self.colours[3..<8])
        let before = try await with.store.embedding(of: bare[0], in: gallery)
        await with.close()

        let second = try await open(new)
        let refusal = await #expect(throws: ReembedRefusal.self) { try await second.reembed(gallery) }
        #expect(refusal?.rest.map(\.id) == bare && refusal?.faces == 8)
        #expect(refusal?.description.contains("3 of 8 faces of g") == true)
        #expect(try await second.store.gallery(gallery).model.fingerprint == old.fingerprint)
        var options = FaceApplication.ReembedOptions()
        options.restGallery = try GalleryName("rest")
        let answer = try await second.reembed(gallery, options)
        #expect(answer.reembedded == 5 && answer.rest.map(\.reason) == Array(repeating: .noCrop, count: 3))
        let rest = try await second.store.gallery(try GalleryName("rest"))
        #expect(rest.faces == 3 && rest.model.fingerprint == old.fingerprint)
        #expect(try await second.store.embedding(of: bare[0], in: try GalleryName("rest")) == before)
        #expect(try await second.store.check().problems == [])
        await second.close()
    }

    @Test func `a crop of 112x112 serves a model of 96x112, and both ways lead back`() async throws {
        let gallery = try GalleryName("g")
        let first = try await open(old)
        let ids = try await enrol(first, Self.colours[..<4])
        let before = try await first.store.embedding(of: ids[0], in: gallery)
        await first.close()
        let narrow = ColourAnalyzer(fingerprint: new.fingerprint, width: 96)
        let second = try await open(narrow)
        #expect(try await second.reembed(gallery).reembedded == 4)
        await second.close()
        let third = try await open(old)
        #expect(try await third.reembed(gallery).reembedded == 4, "the crops are still whole")
        let after = try await third.store.embedding(of: ids[0], in: gallery)
        #expect(zip(before, after).allSatisfy { abs($0 - $1) < 0.02 })
        #expect(try await after == expected(ids[0], old, third.store))
        await third.close()
    }

    @Test func `a crop of 96x112 is too narrow for 112x112 unless black edges are asked for`() async throws {
        let gallery = try GalleryName("g")
        let first = try await open(ColourAnalyzer(width: 96))
        let ids = try await enrol(first, Self.colours[..<4], width: 96)
        await first.close()
        let second = try await open(new)
        let refusal = await #expect(throws: ReembedRefusal.self) { try await second.reembed(gallery) }
        #expect(refusal?.rest.map(\.reason) == Array(repeating: .partial, count: 4))
        var options = FaceApplication.ReembedOptions()
        options.takesPartialCrops = true
        #expect(try await second.reembed(gallery, options).reembedded == 4)
        let crop = try await second.store.crop(of: ids[0], in: gallery)
        let wide = try new.aligner.recut(
            SourceImage(bytes: crop).decode(), from: CropGeometry(width: 96, height: 112))
        #expect(
            try await second.store.embedding(of: ids[0], in: gallery) == new.embedding(of: wide.image).vector)
        await second.close()
    }

    @Test func `a crop that is no picture, or not of its model's size, cannot be used`() async throws {
        let gallery = try GalleryName("g")
        let first = try await open(old)
        try await enrol(first, Self.colours[..<1])
        let small = Image(width: 40, height: 40, color: Self.colours[0]).jpeg()
        for crop in [[0xFF, 0xD8, 0xFF, 0x00], small] {
            _ = try await first.store.enroll(
                [
                    NewFace(
                        embedding: old.embedding(of: Image(width: 1, height: 1, color: Self.colours[1]))
                            .vector,
                        crop: crop)
                ],
                as: try IdentityName("x"), in: gallery, model: first.modelContract)
        }
        await first.close()
        let second = try await open(new)
        let refusal = await #expect(throws: ReembedRefusal.self) { try await second.reembed(gallery) }
        #expect(refusal?.rest.map(\.reason) == [.unreadable, .wrongSize])
        await second.close()
    }

    @Test func `a network that fails, or a cancelled run, leaves the gallery as it was`() async throws {
        let gallery = try GalleryName("g")
        let first = try await open(old)
        let ids = try await enrol(first, Self.colours[..<10])
        let before = try await first.store.embedding(of: ids[0], in: gallery)
        await first.close()

        var broken = new
        broken.isBroken = true
        let failing = try await open(broken)
        await #expect(throws: ColourAnalyzer.Broken.self) { try await failing.reembed(gallery) }
        await failing.close()

        let gate = Gate()
        var slow = new
        slow.gate = gate
        let cancelled = try await open(slow)
        let work = Task { try await cancelled.reembed(gallery) }
        try await gate.waitForArrivals(1)
        work.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(try await cancelled.store.gallery(gallery).model.fingerprint == old.fingerprint)
        #expect(try await cancelled.store.embedding(of: ids[0], in: gallery) == before)
        #expect(try await cancelled.store.check().problems == [])
        await cancelled.close()
    }

    @Test func `a start tells which galleries belong to another model and what to do`() async throws {
        let first = try await open(old)
        try await enrol(first, Self.colours[..<1])
        await first.close()
        let lines = LogLines()
        let server = try await FaceServer.start(
            try ServiceHarness.configuration(folder), analyzer: new, logger: lines.logger)
        #expect(lines.text.contains("gallery_of_other_model"))
        #expect(lines.text.contains("arcface reembed --gallery g"))
        #expect(lines.text.contains("\"made_with\":\"model 0101010101010101, not 0202020202020202"))
        await server.drain()
        let quiet = LogLines()
        let same = try await FaceServer.start(
            try ServiceHarness.configuration(folder), analyzer: old, logger: quiet.logger)
        #expect(!quiet.text.contains("gallery_of_other_model"))
        await same.drain()
    }

    @Test func `nobody works on a database that a service has open`() async throws {
        let serving = try await open(old)
        await #expect(throws: GalleryError.self) { _ = try await open(new) }
        await serving.close()
    }
}

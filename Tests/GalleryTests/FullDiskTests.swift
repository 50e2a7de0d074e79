import Foundation
import Gallery
import TestKit
import Testing

@Suite struct FullDiskTests {
    @Test func `a database that may not grow refuses whole enrolments and goes on reading`() async throws {
        let fixture = try await GalleryFixture { $0.maximumBytes = 400_000 }
        let (store, people) = (fixture.store, fixture.people)
        let kept = try await fixture.enroll("ada", axis(0))
        let crop = [UInt8](repeating: 3, count: 30_000)
        let faces = (0..<50).map { _ in NewFace(embedding: axis(1), crop: crop) }
        let error = await refusal { () throws(GalleryError) in
            try await store.enroll(faces, as: try name("bob"), in: people, model: GalleryFixture.model)
        }
        #expect(error?.isFull == true)
        #expect(try await store.gallery(people).identities == 1)
        #expect(
            try await fixture.search(axis(1)).matches.isEmpty, "a failed commit leaves the index untouched")
        #expect(try await fixture.search(axis(0)).matches.map(\.face) == [kept])
        #expect(try await store.check().problems == [])
        // What is small enough still goes in.
        try await fixture.enroll("cy", axis(2))
        #expect(try await fixture.search(axis(2)).matches.count == 1)
    }

    @Test func `an import that doesn't fit leaves nothing`() async throws {
        let fixture = try await GalleryFixture { $0.maximumBytes = 400_000 }
        let transfer = try await fixture.store.beginImport(into: fixture.people)
        let crop = [UInt8](repeating: 3, count: 30_000)
        let error = await refusal { () throws(GalleryError) in
            for _ in 0..<50 {
                let face = NewFace(embedding: axis(1), crop: crop)
                try await transfer.add([ImportedFace(id: .random(), identity: try name("bob"), face: face)])
            }
        }
        #expect(error?.isFull == true)
        await transfer.cancel()
        #expect(try await fixture.store.gallery(fixture.people).faces == 0)
    }

    /// From a disk that has hardly more room than the staged faces take to one that nearly takes all.
    @Test(arguments: [3_000, 3_500, 4_000, 4_500, 5_000])
    func `an import that fills the disk leaves nothing, without a restart`(kilobytes: Int) async throws {
        let folder = TemporaryFolder()
        await #expect(processExitsWith: .success) {
            [folder = folder.path as String, kilobytes = kilobytes as Int] in
            let reports = Recorder<GalleryError>()
            let (store, transfer) = try await FullDiskTests.staged(in: folder, reports)
            try SmallDisk.limit(folder, to: kilobytes << 10)
            let error = await refusal { () throws(GalleryError) in try await transfer.commit() }
            try #require(error?.isFull == true && SmallDisk.refusals > 0)
            try #require(try FullDiskTests.rows(folder) == "0 faces, 0 identities, 1 galleries")
            try #require(reports.all == [])
            // And there is room for others.
            let face = NewFace(embedding: axis(1))
            _ = try await store.enroll(
                [face], as: try name("ada"), in: try GalleryName("people"), model: GalleryFixture.model)
            try #require(try await store.check().problems == [])
        }
    }

    @Test func `what a full disk keeps of an import goes with the next import, deletion or start`()
        async throws
    {
        for next in ["import", "deletion", "start"] {
            let folder = TemporaryFolder()
            await #expect(processExitsWith: .success, "\(next)") {
                [folder = folder.path as String, next = next as String] in
                let reports = Recorder<GalleryError>()
                let (store, transfer) = try await FullDiskTests.staged(in: folder, reports)
                try SmallDisk.limit(folder, to: 5_000 << 10, staysFull: true)
                let error = await refusal { () throws(GalleryError) in try await transfer.commit() }
                try #require(error?.isFull == true)
                try #require(reports.all.map(\.isFull) == [true])
                try #require(try FullDiskTests.rows(folder).hasPrefix("0 faces") == false)
                try #require(try await store.statistics().map(\.faces) == [0])
                SmallDisk.free()
                switch next {
                case "import": await (try await store.beginImport(into: try GalleryName("people"))).cancel()
                case "deletion":
                    let other = try GalleryName("other")
                    _ = try await store.putGallery(other, model: GalleryFixture.model)
                    try await store.deleteGallery(other)
                default:
                    await store.close()
                    _ = try await GalleryStore.open(path: folder + "/faces.db")
                }
                try #require(try FullDiskTests.rows(folder) == "0 faces, 0 identities, 1 galleries")
                try #require(reports.all.count == 1)
            }
        }
    }

    /// Their pages go to the log first, which is folded into the file when it may not grow.
    @Test func `faces can be deleted where the disk has no byte left`() async throws {
        let folder = TemporaryFolder()
        await #expect(processExitsWith: .success) { [folder = folder.path as String] in
            let path = folder + "/faces.db"
            var store = try await GalleryStore.open(path: path)
            let people = try GalleryName("people")
            _ = try await store.putGallery(people, model: GalleryFixture.model)
            let crop = [UInt8](repeating: 7, count: 3_000)
            let faces = (0..<400).map { NewFace(embedding: axis($0 % 8), crop: crop) }
            let enrolled = try await store.enroll(
                faces, as: try name("ada"), in: people, model: GalleryFixture.model)
            await store.close()
            store = try await GalleryStore.open(path: path)
            let ids = enrolled.map(\.id)
            for id in ids[..<20] { try await store.deleteFace(id, in: people) }
            let used = try FileManager.default.contentsOfDirectory(atPath: folder).reduce(0) {
                let size = try FileManager.default.attributesOfItem(atPath: folder + "/" + $1)[.size]
                return $0 + (size as? Int ?? 0)
            }
            try SmallDisk.limit(folder, to: used)
            for id in ids[20...] { try await store.deleteFace(id, in: people) }
            try #require(SmallDisk.refusals > 0)
            try #require(try await store.gallery(people).faces == 0)
            try #require(try await store.check().problems == [])
        }
    }

    /// An empty gallery and faces on their way into it.
    private static func staged(
        in folder: String, _ reports: Recorder<GalleryError>
    ) async throws -> (GalleryStore, GalleryImport) {
        var options = StoreOptions()
        options.report = { reports.add($0) }
        let store = try await GalleryStore.open(path: folder + "/faces.db", options: options)
        let people = try GalleryName("people")
        _ = try await store.putGallery(people, model: GalleryFixture.model)
        let transfer = try await store.beginImport(into: people)
        var generator = SeededGenerator(seed: 5)
        try await transfer.add(
            (0..<5_000).map { index throws(GalleryError) in
                let face = NewFace(
                    embedding: randomUnit(8, &generator), crop: [UInt8](repeating: 7, count: 300))
                return ImportedFace(id: .random(), identity: try name("person \(index % 700)"), face: face)
            })
        return (store, transfer)
    }

    private static func rows(_ folder: String) throws -> String {
        let raw = try RawDatabase(folder + "/faces.db")
        return try ["faces", "identities", "galleries"].map { table in
            "\(try raw.text("SELECT count(*) FROM \(table)") ?? "no") \(table)"
        }.joined(separator: ", ")
    }

    /// Root may write anywhere, so the child becomes nobody first.
    @Test func `a read-only folder is refused and left as it was`() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("faces.db")
        let store = try await GalleryStore.open(path: path)
        await store.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        chmod(path, 0o444)
        chmod(folder.path, 0o555)
        await #expect(processExitsWith: .success) { [path = path as String] in
            if geteuid() == 0 { try #require(seteuid(65534) == 0) }
            let error = await refusal { () throws(GalleryError) in _ = try await GalleryStore.open(path: path)
            }
            guard case .databaseRefused(path, .inaccessible) = error else {
                fatalError("not refused as it should be: \(String(describing: error))")
            }
        }
        chmod(folder.path, 0o755)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["faces.db"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    /// A folder that takes the lock file and a file that takes nothing.
    @Test func `a read-only file in a writable folder is refused and left as it was`() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("faces.db")
        let store = try await GalleryStore.open(path: path)
        await store.close()
        chmod(path, 0o444)
        chmod(folder.path, 0o777)
        await #expect(processExitsWith: .success) { [path = path as String] in
            if geteuid() == 0 { try #require(seteuid(65534) == 0) }
            let error = await refusal { () throws(GalleryError) in _ = try await GalleryStore.open(path: path)
            }
            guard case .databaseRefused(path, .inaccessible) = error else {
                fatalError("not refused as it should be: \(String(describing: error))")
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["faces.db"])
    }
}

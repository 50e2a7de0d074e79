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
        #expect(error?.code == "database_full")
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
        #expect(error?.code == "database_full")
        await transfer.cancel()
        #expect(try await fixture.store.gallery(fixture.people).faces == 0)
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

    @Test func `a writable database says that it is`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.store.checkWritable()
        try await fixture.store.checkWritable()
        await fixture.store.close()
    }

    @Test func `a database that takes no writes says why`() async throws {
        let fixture = try await GalleryFixture()
        let blocker = try RawDatabase(fixture.path)
        try blocker.execute(
            "CREATE TRIGGER no BEFORE INSERT ON write_probe BEGIN SELECT raise(ABORT, 'no'); END")
        let error = await refusal { () throws(GalleryError) in try await fixture.store.checkWritable() }
        #expect(error?.code == "database_error")
        try blocker.execute("DROP TRIGGER no")
        try await fixture.store.checkWritable()
    }
}

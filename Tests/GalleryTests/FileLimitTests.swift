import Foundation
import Gallery
import TestKit
import Testing

/// Writes that fail at what a process or a user may take, and not at the end of the disk.
@Suite struct FileLimitTests {
    private static var people: GalleryName { get throws { try GalleryName("people") } }

    /// A database with a gallery and a face.
    private static func opened(_ folder: String) async throws -> GalleryStore {
        let store = try await GalleryStore.open(path: folder + "/faces.db")
        _ = try await store.putGallery(try people, model: GalleryFixture.model)
        try await enroll("first", in: store)
        return store
    }

    private static func enroll(_ identity: String, in store: GalleryStore) async throws {
        let face = NewFace(embedding: axis(0), crop: [UInt8](repeating: 3, count: 30_000))
        _ = try await store.enroll(
            [face], as: try name(identity), in: try people, model: GalleryFixture.model)
    }

    /// The word for what the next enrolment fails at, and how many went well before.
    private static func fill(_ store: GalleryStore) async -> (code: String?, count: Int) {
        for count in 0..<200 {
            do { try await enroll("person \(count)", in: store) } catch {
                return ((error as? GalleryError)?.code, count)
            }
        }
        return (nil, 200)
    }

    private static func setLimit(_ bytes: rlim_t) throws {
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        var limit = rlimit()
        try #require(getrlimit(resource, &limit) == 0)
        limit.rlim_cur = min(bytes, limit.rlim_max)
        try #require(setrlimit(resource, &limit) == 0)
    }

    @Test func `a limit of a file's size is a full disk`() async throws {
        let folder = TemporaryFolder()
        await #expect(processExitsWith: .success) { [folder = folder.path as String] in
            signal(SIGXFSZ, SIG_IGN)
            let store = try await FileLimitTests.opened(folder)
            try FileLimitTests.setLimit(1_000_000)
            let (code, count) = await FileLimitTests.fill(store)
            try #require(code == "database_full" && count > 0 && count < 200, "\(code ?? "none") \(count)")
            try #require(try await store.gallery(try FileLimitTests.people).faces == count + 1)
            let backup = GalleryBackup(of: folder + "/faces.db", to: folder + "/backups", keeping: 0)
            try FileLimitTests.setLimit(100_000)
            let refused = await refusal { () throws(GalleryError) in try await backup.run() }
            try #require(refused?.code == "database_full", "\(String(describing: refused))")
            try FileLimitTests.setLimit(.max)
            try await FileLimitTests.enroll("last", in: store)
            try #require(try await store.check().problems == [])
            await store.close()
        }
    }

    @Test(arguments: [(EDQUOT, "database_full"), (EFBIG, "database_full"), (EIO, "database_io")])
    func `a quota is a full disk, and a disk that fails is none`(failure: Int32, word: String) async throws {
        let folder = TemporaryFolder()
        await #expect(processExitsWith: .success) {
            [folder = folder.path as String, failure = failure as Int32, word = word as String] in
            let store = try await FileLimitTests.opened(folder)
            try SmallDisk.limit(folder, to: 0, staysFull: true, failure: failure)
            let (code, count) = await FileLimitTests.fill(store)
            try #require(code == word && count == 0, "\(code ?? "none") \(count)")
            try #require(SmallDisk.refusals > 0)
            SmallDisk.free()
            try await FileLimitTests.enroll("last", in: store)
            try #require(try await store.gallery(try FileLimitTests.people).faces == 2)
            await store.close()
        }
    }
}

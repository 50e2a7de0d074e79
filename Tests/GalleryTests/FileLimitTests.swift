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

    /// Whether the next enrolment that fails does so at a full disk, and how many went well before.
    private static func fill(_ store: GalleryStore) async -> (isFull: Bool, count: Int) {
        for count in 0..<200 {
            do { try await enroll("person \(count)", in: store) } catch {
                return ((error as? GalleryError)?.isFull == true, count)
            }
        }
        return (false, 200)
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
            let (isFull, count) = await FileLimitTests.fill(store)
            try #require(isFull && count > 0 && count < 200, "\(isFull) \(count)")
            try #require(try await store.gallery(try FileLimitTests.people).faces == count + 1)
            let backup = GalleryBackup(of: folder + "/faces.db", to: folder + "/backups", keeping: 0)
            try FileLimitTests.setLimit(100_000)
            let refused = await refusal { () throws(GalleryError) in try await backup.run() }
            let isFullDisk = if case .backupRefused(_, .full) = refused { true } else { false }
            try #require(isFullDisk, "\(String(describing: refused))")
            try FileLimitTests.setLimit(.max)
            try await FileLimitTests.enroll("last", in: store)
            try #require(try await store.check().problems == [])
            await store.close()
        }
    }

    @Test(arguments: [(EDQUOT, true), (EFBIG, true), (EIO, false)])
    func `a quota is a full disk, and a disk that fails is none`(failure: Int32, isFull: Bool) async throws {
        let folder = TemporaryFolder()
        await #expect(processExitsWith: .success) {
            [folder = folder.path as String, failure = failure as Int32, isFull = isFull as Bool] in
            let store = try await FileLimitTests.opened(folder)
            try SmallDisk.limit(folder, to: 0, staysFull: true, failure: failure)
            let (wasFull, count) = await FileLimitTests.fill(store)
            try #require(wasFull == isFull && count == 0, "\(wasFull) \(count)")
            try #require(SmallDisk.refusals > 0)
            SmallDisk.free()
            try await FileLimitTests.enroll("last", in: store)
            try #require(try await store.gallery(try FileLimitTests.people).faces == 2)
            await store.close()
        }
    }
}

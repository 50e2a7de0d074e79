import Foundation
import TestKit
import Testing

/// `arcface enroll` on folders as people leave them.
struct EnrollFolderTests {
    private let gallery: TinyGallery

    /// Two people, the second with two photographs.
    init() throws {
        gallery = try TinyGallery()
        try gallery.photograph("ada/0.png", red: 40)
        try gallery.photograph("bob/0.png", red: 120)
        try gallery.photograph("bob/1.png", red: 125)
    }

    private func kinds(_ console: RecordedConsole) -> [String] {
        let skipped = console.objects.first?["skipped"] as? [[String: Any]] ?? []
        return skipped.compactMap { $0["kind"] as? String }
    }

    @Test func `a folder of folders without anything else is enrolled with status 0`() async {
        let (status, console) = await gallery.enrol()
        #expect(status == 0)
        #expect(console.objects.first?["enrolled"] as? Int == 3 && kinds(console) == [])
        #expect(console.objects.first?["identities"] as? Int == 2)
    }

    @Test func `folders that can be no identity are each named, and the others enrolled with status 1`()
        async throws
    {
        try gallery.makeFolder(bytes: Array((gallery.photos + "/b\u{7}d").utf8))
        try gallery.makeFolder(bytes: Array((gallery.photos + "/Andr").utf8) + [0xE9])
        try gallery.makeFolder(bytes: Array((gallery.photos + "/.hidden").utf8))
        let (status, console) = await gallery.enrol()
        #expect(status == 1)
        #expect(console.objects.first?["enrolled"] as? Int == 3)
        #expect(kinds(console) == ["folder", "folder"])
        #expect(console.errors.contains("photos/Andr\\xE9: skipped: an identity's name has to be UTF-8"))
        #expect(console.errors.contains("photos/b\\x07d: skipped: this can't be the name of an identity"))
        #expect(!console.errors.contains("hidden"))
    }

    @Test func `what lies beside and below the folders is named and counted, with status 0`() async throws {
        try gallery.photograph("loose.png", red: 1)
        try gallery.photograph("ada/more/0.png", red: 2)
        try gallery.makeFile(bytes: Array((gallery.photos + "/ada/").utf8) + [0xFF, 0x2E])
        let (status, console) = await gallery.enrol()
        #expect(status == 0)
        #expect(console.objects.first?["enrolled"] as? Int == 3)
        #expect(kinds(console) == ["nested_folder", "file_name", "loose_file"])
        for name in ["photos/loose.png", "photos/ada/more", "photos/ada/\\xFF."] {
            #expect(console.errors.contains(name + ": skipped: "), "\(console.errors)")
        }
        let (_, text) = await gallery.run("enroll", "--gallery", "g", "--aligned", gallery.photos)
        #expect(
            text.output.contains(
                "3 were there before, 0 images rejected, skipped: 1 nested folder, 1 loose file, 1 misnamed file"
            ))
    }

    @Test func `where every folder is refused nothing is made, and the summary says so`() async throws {
        for name in ["ada", "bob"] { try FileManager.default.removeItem(atPath: gallery.photos + "/" + name) }
        try gallery.makeFolder(bytes: Array((gallery.photos + "/").utf8) + [0xC0])
        let (status, console) = await gallery.enrol()
        #expect(status == 1 && kinds(console) == ["folder"])
        #expect(!FileManager.default.fileExists(atPath: gallery.database))
    }

    @Test func `a run that breaks off tells what was done before it tells why`() async throws {
        _ = await gallery.enrol()
        try gallery.photograph("cyd/0.png", red: 200)
        try gallery.photograph("dan/0.png", red: 220)
        try gallery.execute(
            """
            CREATE TRIGGER stop BEFORE INSERT ON faces WHEN (SELECT count(*) FROM faces) = 4
            BEGIN SELECT RAISE(ABORT, 'no more'); END
            """)
        let (status, console) = await gallery.enrol()
        #expect(status == 1)
        let summary = try #require(console.objects.first)
        #expect(summary["enrolled"] as? Int == 1 && summary["duplicates"] as? Int == 3)
        #expect((summary["error"] as? String)?.contains("no more") == true)
        #expect(console.errors.contains("arcface enroll: the database answered: no more"))
    }

    @Test func `an image over a limit is rejected by name and does not end the run`() async throws {
        try gallery.photograph("bea/0.png", red: 90, width: 20_000)
        let configuration = gallery.folder.file("arcface.json5")
        try Data("{decode: {max_pixels: 100000}}".utf8).write(to: URL(fileURLWithPath: configuration))
        let (status, console) = await gallery.run(
            "enroll", "--gallery", "g", "--aligned", "--json", "--config", configuration, gallery.photos)
        #expect(status == 0, "\(console.errors)")
        #expect(console.objects.first?["enrolled"] as? Int == 3)
        #expect(console.errors.contains("photos/bea/0.png: image_too_large"))
    }

    @Test func `that a model's convention is only assumed is said to who enrols by it`() async {
        let (_, console) = await gallery.enrol()
        #expect(console.errors.contains("InsightFace's convention is assumed"), "\(console.errors)")
    }

    @Test func `a measurement refuses folders that are nobody's, all by name`() async throws {
        try gallery.makeFolder(bytes: Array((gallery.photos + "/b\u{7}d").utf8))
        try gallery.makeFolder(bytes: Array((gallery.photos + "/Andr").utf8) + [0xE9])
        let (status, console) = await gallery.run("evaluate", "--open-set", "--images", gallery.photos)
        #expect(status == 1)
        #expect(console.errors.contains("b\\x07d") && console.errors.contains("Andr\\xE9"))
    }
}

import Foundation
import Testing

/// `arcface verify`.
struct VerifyTests {
    @Test func `verify names the file in which something is wrong`() async throws {
        let gallery = try TinyGallery()
        try gallery.photograph("empty.png", red: 40)
        let (empty, broken) = (gallery.photos + "/empty.png", gallery.photos + "/broken.jpg")
        try Data("no image".utf8).write(to: URL(fileURLWithPath: broken))
        for (words, name) in [
            ([Executable.portrait, broken], broken), ([broken, Executable.portrait], broken),
            ([Executable.portrait, empty], empty),
        ] {
            let console = RecordedConsole()
            #expect(await console.run(["verify"] + words) == 1)
            #expect(console.errors.hasPrefix("arcface verify: \(name): "), "\(console.errors)")
        }
    }
}

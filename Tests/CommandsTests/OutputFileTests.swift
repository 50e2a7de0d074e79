import Foundation
import TestKit
import Testing

/// What becomes of the path that a command writes to.
struct OutputFileTests {
    private let gallery: TinyGallery
    private let folder: TemporaryFolder

    init() async throws {
        gallery = try TinyGallery()
        folder = gallery.folder
        for (name, red) in [("ada", UInt8(40)), ("bob", 120)] {
            try gallery.photograph("\(name)/0.png", red: red)
        }
        #expect(await gallery.enrol().status == 0)
    }

    private func plot(_ path: String) async -> (status: Int32, console: RecordedConsole) {
        await gallery.run("purify", "--gallery", "g", "--dry-run", "--plot", path)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder.file(name), encoding: .utf8)
    }

    @Test func `a file that was there is replaced and keeps its mode, and nothing else is left`() async throws
    {
        let path = try folder.write(Array("old".utf8), to: "plots/x.svg")
        #expect(chmod(path, 0o640) == 0)
        let (status, console) = await plot(path)
        #expect(status == 0, "\(console.errors)")
        #expect(try text("plots/x.svg").hasPrefix("<svg") && SpecialFile.mode(path) == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("plots")) == ["x.svg"])
    }

    @Test func `a link stays one, and the file that it points to is written, be it there or not`()
        async throws
    {
        let file = try folder.write(Array("old".utf8), to: "plots/x.svg")
        #expect(chmod(file, 0o600) == 0)
        for (link, target) in [("there", "plots/x.svg"), ("new", "plots/y.svg"), ("over", "there")] {
            #expect(symlink(target, folder.file(link)) == 0)
            let (status, console) = await plot(folder.file(link))
            #expect(status == 0, "\(console.errors)")
            #expect(SpecialFile.kind(folder.file(link)) == S_IFLNK)
            #expect(try text(link).hasPrefix("<svg"))
        }
        #expect(SpecialFile.mode(file) == 0o600 && SpecialFile.kind(folder.file("plots/y.svg")) == S_IFREG)
    }

    @Test func `a pipe stays one, and the result goes through it`() async throws {
        let path = folder.file("pipe")
        try SpecialFile.makePipe(path)
        let reader = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        try #require(reader >= 0)
        defer { close(reader) }
        let (status, console) = await plot(path)
        #expect(status == 0, "\(console.errors)")
        var bytes = [UInt8](repeating: 0, count: 4)
        #expect(read(reader, &bytes, 4) == 4 && bytes == Array("<svg".utf8))
        #expect(SpecialFile.kind(path) == S_IFIFO)
    }

    /// The character device 1, 7 takes nothing, as a full disk; only root can make one.
    @Test(.enabled(if: geteuid() == 0, "SKIPPED LOUDLY: only root makes devices"))
    func `a device stays one, and what it does not take is told after the result`() async throws {
        let path = folder.file("device")
        try #require(mknod(path, S_IFCHR | 0o600, 1 << 8 | 7) == 0)
        let (status, console) = await plot(path)
        #expect(status == 1 && console.output.contains("2 identities"))
        let isTold =
            console.errors.contains("device cannot be written: No space left on device")
            // Where a file system takes no devices.
            || console.errors.contains("device cannot be written: Permission denied")
        #expect(isTold, "\(console.errors)")
        #expect(SpecialFile.kind(path) == S_IFCHR)
    }

    @Test func `what standard output goes to is written into and not replaced`() async throws {
        let words = (["purify", "--gallery", "g", "--dry-run", "--plot", "out.txt"] + gallery.settings)
            .map { "'\($0)'" }.joined(separator: " ")
        let (status, output) = try await Executable.script(
            "set -e; arcface \(words) >out.txt; cat out.txt", environment: [], in: folder)
        #expect(status == 0 && output.contains("2 identities") && output.contains("<svg"), "\(output)")
    }
}

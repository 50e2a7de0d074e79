import Foundation
import TestKit
import Testing

/// `arcface enroll` that somebody ends.
struct EnrollSignalTests {
    /// More than a terminal keeps the progress of.
    private static let people = 600

    private let gallery: TinyGallery

    init() throws {
        gallery = try TinyGallery()
        try gallery.photograph("p0/0.png", red: 40)
        for index in 1..<Self.people {
            let folder = gallery.photos + "/p\(index)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try FileManager.default.linkItem(
                atPath: gallery.photos + "/p0/0.png", toPath: folder + "/0.png")
        }
    }

    /// Starts the command, and returns when somebody is enrolled; it goes on until it has to wait for its
    /// terminal.
    private func start() throws -> TerminalProgram {
        let program = try TerminalProgram(
            [try Executable.path, "enroll", "--gallery", "g", "--aligned", "--json", gallery.photos]
                + gallery.settings)
        #expect(program.waitForTerminal("enrol: 1 of"))
        return program
    }

    @Test(arguments: [(SIGINT, "SIGINT", Int32(130)), (SIGTERM, "SIGTERM", 143)])
    func `a signal ends the run with the summary of what stays, and the next run does the rest`(
        signal: Int32, name: String, status: Int32
    ) async throws {
        let (end, output) = try await onOwnThread { [self] in
            let program = try start()
            program.send(signal)
            try program.waitForDefault(of: signal)
            return program.finish()
        }
        #expect(end == .status(status))
        let summary = try #require(
            try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "\(output)")
        let enrolled = try #require(summary["enrolled"] as? Int)
        #expect(enrolled > 0 && enrolled < Self.people && summary["identities"] as? Int == enrolled)
        #expect(summary["left"] as? Int == Self.people - enrolled && summary["signal"] as? String == name)
        let (again, console) = await gallery.enrol()
        #expect(again == 0 && console.objects.first?["duplicates"] as? Int == enrolled)
        #expect(console.objects.first?["left"] as? Int == 0 && console.objects.first?["signal"] == nil)
    }

    @Test func `a second signal ends the run at once`() async throws {
        let (end, output) = try await onOwnThread { [self] in
            let program = try start()
            program.send(SIGINT)
            try program.waitForDefault(of: SIGTERM)
            program.send(SIGTERM)
            return program.finish()
        }
        #expect(end == .signal(SIGTERM) && output == "")
    }
}

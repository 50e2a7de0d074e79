import Faces
import Foundation
import TestKit
import Testing

/// Commands that work with galleries which are there, where none are.
struct MissingDatabaseTests {
    private let folder = TemporaryFolder()

    @Test(arguments: [
        ["identify", "--gallery", "g", "face.png"], ["purify", "--gallery", "g"],
        ["calibrate", "--gallery", "g"], ["calibrate", "--gallery", "g", "--clear"],
        ["reembed", "--gallery", "g"], ["check"], ["key", "list"], ["key", "delete", "x"],
        ["backup"],
    ])
    func `a mistyped data folder is told and not made`(words: [String]) async {
        let console = RecordedConsole()
        #expect(await console.run(words + ["--data", folder.file("dta")]) == 1)
        let told = console.errors + console.output
        #expect(told.contains("--data"), "\(told)")
        #expect(told.contains("there is no database at \(folder.file("dta"))/arcface.sqlite"), "\(told)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("dta")))
    }

    /// What can't be kept is not begun.
    @Test(arguments: ["purify", "calibrate"])
    func `a plot that can't be written stops the command before its work`(command: String) async {
        for (plot, reason) in [
            (folder.file("absent/x.svg"), "absent/x.svg cannot be written: there is no folder"),
            (folder.path, "\(folder.path) cannot be written: it is a folder"),
        ] {
            let console = RecordedConsole()
            let words = [command, "--gallery", "g", "--plot", plot, "--data", folder.path]
            #expect(await console.run(words) == 1)
            #expect(console.errors.contains(reason), "\(console.errors)")
        }
    }

    @Test func `in a folder that is there no file is made either`() async throws {
        let (status, console) = await arcface("purify", "--gallery", "g", "--data", folder.path)
        #expect(status == 1 && console.errors.contains("there is no database at"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func `check tests the models though there is no database`() async throws {
        let (status, console) = await arcface("check", "--json", "--data", folder.file("dta"))
        #expect(status == 1)
        let report = try #require(console.objects.first)
        #expect((report["self_tests"] as? [Any])?.count == BuiltInModel.all.count)
        #expect((report["problems"] as? [Any])?.count == 1)
    }

    @Test func `where nobody has named a folder, check has nothing against there being no database yet`()
        async throws
    {
        let (status, output) = try await Executable.run("check", in: folder)
        #expect(status == 0 && output.contains("0 galleries, 0 faces, 0 problems"), "\(output)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
}

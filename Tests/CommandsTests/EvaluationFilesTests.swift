import Foundation
import TestKit
import Testing

/// The files that `arcface evaluate` writes.
struct EvaluationFilesTests {
    /// Two photographs of A and one of B, and a list of two pairs; its path.
    private static func photographs(in folder: TemporaryFolder) throws -> String {
        for name in ["A_0001", "A_0002", "B_0001"] {
            let person = folder.file(String(name.prefix(1)))
            try FileManager.default.createDirectory(atPath: person, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: Executable.portrait, toPath: person + "/\(name).jpg")
        }
        return try folder.write(Array("1\nA\t1\t2\nA\t1\tB\t1\n".utf8), to: "pairs.txt")
    }

    /// A socket that nobody listens at passes for a device until it is opened.
    @Test func `evaluate prints its figures and writes what it can though a plot can't be written`()
        async throws
    {
        let folder = TemporaryFolder()
        let pairs = try Self.photographs(in: folder)
        try SpecialFile.makeSocket(folder.file("socket"))
        let (status, console) = await arcface(
            "evaluate", "--images", folder.path, "--pairs", pairs, "--json", "--plot",
            folder.file("socket"), "--scores", folder.file("scores.tsv"))
        #expect(status == 1)
        #expect(console.objects.count == 1 && console.objects[0]["images"] as? Int == 3)
        #expect(console.errors.contains("socket cannot be written: "), "\(console.errors)")
        #expect(FileManager.default.fileExists(atPath: folder.file("scores.tsv")))
    }

    @Test(arguments: [
        ("--plot", "absent/x.svg", "there is no folder"), ("--histogram", "A", "it is a folder"),
        ("--scores", "pairs.txt/x", "Not a directory"), ("--scores", "absent/", "there is no such folder"),
    ])
    func `a file that can't be written stops evaluate before its work`(
        option: String, path: String, reason: String
    ) async throws {
        let folder = TemporaryFolder()
        let pairs = try Self.photographs(in: folder)
        let (status, console) = await arcface(
            "evaluate", "--images", folder.path, "--pairs", pairs, option, folder.file(path))
        #expect(status == 1 && console.output == "")
        #expect(console.errors.contains("\(path) cannot be written: \(reason)"), "\(console.errors)")
    }

    @Test func `people whose names look alike are not taken for one`() async throws {
        let folder = TemporaryFolder()
        let names = ["\u{E9}", "e\u{301}"]
        for (name, count) in zip(names, [2, 1]) {
            try FileManager.default.createDirectory(
                atPath: folder.file(name), withIntermediateDirectories: true)
            for number in 1...count {
                try FileManager.default.copyItem(
                    atPath: Executable.portrait, toPath: folder.file("\(name)/\(name)_000\(number).jpg"))
            }
        }
        let pairs = folder.file("pairs.txt")
        let lines = ["1", "\(names[0])\t1\t2", "\(names[0])\t1\t\(names[1])\t1", ""]
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: pairs))
        let (status, console) = await arcface(
            "evaluate", "--images", folder.path, "--pairs", pairs, "--json")
        #expect(status == 0, "\(console.errors)")
        #expect(console.objects.first?["images"] as? Int == 3)
    }
}

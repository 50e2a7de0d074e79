import Foundation
import SubCenter
import TestKit
import Testing

@Suite struct PairsFileTests {
    private func error(_ text: String) -> PairsFileError? {
        #expect(throws: PairsFileError.self) { try PairsFile(text: text, name: "pairs.txt") }
    }

    @Test func `a file without folds is read whole`() throws {
        let file = try PairsFile(text: "2\nAnn\t1\t3\nBob\t2\t1\nAnn\t1\tBob\t12\nCy\t4\tAnn\t2\n", name: "p")
        #expect(file.foldCount == 1 && !file.hasFolds)
        #expect(file.pairs.map(\.same) == [true, true, false, false])
        #expect(file.pairs.allSatisfy { $0.fold == 0 })
        #expect(file.pairs[0].first.relativePath == "Ann/Ann_0001.jpg")
        #expect(file.pairs[0].second.relativePath == "Ann/Ann_0003.jpg")
        #expect(file.pairs[2].second.person == "Bob" && file.pairs[2].second.number == 12)
        #expect(file.pairs[2].second.relativePath == "Bob/Bob_0012.jpg")
    }

    @Test func `a file with folds numbers them`() throws {
        let fold = "Ann\t1\t2\nAnn\t1\tBob\t1\n"
        let file = try PairsFile(text: "3\t1\n" + fold + fold + fold, name: "p")
        #expect(file.foldCount == 3 && file.hasFolds)
        #expect(file.pairs.map(\.fold) == [0, 0, 1, 1, 2, 2])
    }

    @Test func `carriage returns, a missing last line feed and empty last lines are no error`() throws {
        let lines = ["1", "Zoë Ann\t1\t2", "Zoë Ann\t1\tBob\t10000"]
        for text in [
            lines.joined(separator: "\r\n") + "\r\n", lines.joined(separator: "\n"),
            lines.joined(separator: "\n") + "\n\n\n",
        ] {
            let file = try PairsFile(text: text, name: "p")
            #expect(file.pairs.count == 2)
            #expect(file.pairs[1].first.relativePath == "Zoë Ann/Zoë Ann_0001.jpg")
            #expect(file.pairs[1].second.relativePath == "Bob/Bob_10000.jpg")
        }
    }

    @Test(arguments: [
        ("", 1, "empty"), ("\n1\n", 1, "empty"), ("x\n", 1, "count of pairs"), ("0\n", 1, "count of pairs"),
        ("-1\n", 1, "count of pairs"), ("1\t2\t3\n", 1, "3 columns"), ("0\t5\n", 1, "count of folds"),
        ("9223372036854775807\t2\n", 1, "too many"), ("99999999999\n", 1, "too many"),
        ("1\nAnn\t1\n", 2, "2 tab-separated"), ("1\nAnn\t1\tBob\t2\t3\n", 2, "5 tab-separated"),
        ("1\nAnn 1 2\n", 2, "1 tab-separated"), ("1\nAnn\tone\t2\n", 2, "photograph"),
        ("1\nAnn\t0\t2\n", 2, "photograph"),
        ("1\nAnn\t1\t\n", 2, "photograph"), ("1\n../x\t1\t2\n", 2, "folder"), ("1\n..\t1\t2\n", 2, "folder"),
        ("1\n\t1\t2\n", 2, "folder"), ("1\nAnn\t1\t2\nAnn\t1\tAnn\t2\n", 3, "twice"),
        ("1\nAnn\t1\t2\n", 2, "ends after 1"), ("1\nAnn\t1\t2\n\nAnn\t1\tBob\t2\n", 3, "empty line"),
        ("1\nAnn\t1\t2\nAnn\t1\tBob\t1\nAnn\t2\t3\n", 4, "more pairs"),
    ])
    func `what is wrong is told with file and line`(text: String, line: Int, reason: String) {
        guard case .malformed(let file, let found, let why) = error(text) else {
            Issue.record("not refused as malformed")
            return
        }
        #expect(file == "pairs.txt")
        #expect(found == line, "\(why)")
        #expect(why.contains(reason), "\(why)")
        #expect(error(text)?.description == "pairs.txt:\(line): \(why)")
    }

    @Test func `files that can't be read are told by name`() throws {
        let folder = TemporaryFolder()
        for (name, bytes) in [("missing.txt", nil), ("latin.txt", [0x31, 0x0A, 0xE9] as [UInt8])] {
            let path = folder.file(name)
            if let bytes { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
            let error = #expect(throws: PairsFileError.self) { try PairsFile(at: path) }
            guard case .unreadable(let file, let reason) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(file == path && !reason.isEmpty)
        }
    }

    @Test func `fuzzed files are read or refused, never a trap`() throws {
        let good = Array("2\t2\nAnn\t1\t2\nBob\t1\t3\nAnn\t1\tBob\t2\nCy\t1\tAnn\t2\n".utf8)
        var mutator = Mutator(seed: FuzzBudget.seed(1))
        var refused = 0
        for _ in 0..<FuzzBudget.iterations(2_000) {
            let text = String(decoding: mutator.mutate(good), as: UTF8.self)
            do throws(PairsFileError) {
                let file = try PairsFile(text: text, name: "p")
                #expect(file.pairs.allSatisfy { $0.fold < file.foldCount })
            } catch {
                refused += 1
            }
        }
        #expect(refused > 0)
    }

    @Test(.enabled(if: SharedFixtures.available, SharedFixtures.skipReason))
    func `LFW's development pairs are all there`() throws {
        let file = try PairsFile(at: SharedFixtures.path("faces/lfw/pairsDevTrain.txt"))
        #expect(file.pairs.count == 2_200 && file.pairs.filter(\.same).count == 1_100 && !file.hasFolds)
        for pair in file.pairs.prefix(50) {
            for image in [pair.first, pair.second] {
                let path = SharedFixtures.path("faces/lfw/images/" + image.relativePath)
                #expect(FileManager.default.fileExists(atPath: path), "\(path)")
            }
        }
    }
}

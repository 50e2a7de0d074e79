import Foundation
import TestKit
import Testing

/// `arcface bench purify` on an export of made-up people.
@Suite struct PurifyBenchTests {
    /// People with `count` faces each, around directions of their own.
    private func export(people: Int, count: Int) -> String {
        var generator = SeededGenerator(seed: 12)
        func vector() -> [Double] { (0..<64).map { _ in Double.random(in: -1...1, using: &generator) } }
        var lines: [String] = []
        for person in 0..<people {
            let center = vector()
            for face in 0..<(person % 2 == 0 ? count : 1) {
                let raw = zip(center, vector()).map { $0 + 0.7 * $1 }
                let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
                let numbers = raw.map { String($0 / length) }.joined(separator: ",")
                lines.append(
                    #"{"identity":"p\#(person)","face_id":"\#(person)/\#(face)","embedding":[\#(numbers)]}"#)
            }
        }
        return lines.joined(separator: "\n")
    }

    @Test func `every method is measured in every scenario, the same on any number of threads`() async throws
    {
        let folder = TemporaryFolder()
        let file = folder.file("export.ndjson")
        try export(people: 24, count: 10).write(toFile: file, atomically: true, encoding: .utf8)
        var answers: [[[String: Any]]] = []
        for threads in ["1", "2"] {
            let (status, console) = await arcface(
                "bench", "purify", "--embeddings", file, "--seeds", "1", "--threads", threads, "--json")
            try #require(status == 0, "\(console.errors)")
            let report = try #require(console.objects.first)
            #expect(report["people"] as? Int == 12 && report["half"] as? String == "all")
            answers.append(try #require(report["results"] as? [[String: Any]]))
        }
        #expect(Set(answers[0].compactMap { $0["scenario"] as? String }).count == 11)
        #expect(Set(answers[0].compactMap { $0["method"] as? String }).count == 7)
        #expect(answers[0].count == 77)
        for (one, two) in zip(answers[0], answers[1]) {
            for key in ["noise_removed", "clean_kept", "f1"] {
                #expect(one[key] as? Double == two[key] as? Double)
            }
        }
        let best = try #require(
            answers[0].first {
                $0["method"] as? String == "evidence" && $0["scenario"] as? String == "intruder 30 %"
            })
        #expect(try #require(best["f1"] as? Double) > 0.95)
    }

    @Test func `a line that is no face is named`() async throws {
        let folder = TemporaryFolder()
        let file = folder.file("export.ndjson")
        try #"{"identity":"a","face_id":"1"}"#.write(toFile: file, atomically: true, encoding: .utf8)
        let (status, console) = await arcface("bench", "purify", "--embeddings", file)
        #expect(status == 1)
        #expect(console.errors.contains("line 1") && console.errors.contains("embedding"))
    }

    @Test func `identities without faces are passed over`() async throws {
        let folder = TemporaryFolder()
        let file = folder.file("export.ndjson")
        let alone =
            #"{"identity":"alone","identity_metadata":{},"created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"}"#
        try (export(people: 4, count: 10) + "\n" + alone + "\n")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let (status, console) = await arcface(
            "bench", "purify", "--embeddings", file, "--seeds", "1", "--json")
        try #require(status == 0, "\(console.errors)")
        #expect(console.objects.first?["people"] as? Int == 2)
    }

    @Test func `too few people are refused`() async throws {
        let folder = TemporaryFolder()
        let file = folder.file("export.ndjson")
        try export(people: 2, count: 10).write(toFile: file, atomically: true, encoding: .utf8)
        let (status, console) = await arcface("bench", "purify", "--embeddings", file)
        #expect(status == 1)
        #expect(console.errors.contains("1 people with 10 photographs"))
    }

    @Test func `people whose names look alike stay two`() async throws {
        let folder = TemporaryFolder()
        let file = folder.file("export.ndjson")
        let text = export(people: 4, count: 10).replacing("\"p0\"", with: "\"\u{E9}\"")
            .replacing("\"p2\"", with: "\"e\u{301}\"")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let (status, console) = await arcface(
            "bench", "purify", "--embeddings", file, "--seeds", "1", "--json")
        try #require(status == 0, "\(console.errors)")
        #expect(console.objects.first?["people"] as? Int == 2)
    }
}

import Digest
import Encodings
import FaceService
import Foundation
import Kernels
import SubCenter

/// Measures how well each method of purification finds mistakes that were made on purpose.
struct PurifyBench {
    private let injector: NoiseInjector
    private let people: Int
    private let seeds: Int
    private let threads: Int
    private let half: String?

    /// Reads the people, which may take as long as embedding every photograph of them.
    init(_ arguments: ParsedArguments) throws {
        seeds = try arguments.int("--seeds", in: 1...1_000) ?? 5
        threads = try arguments.int("--threads", in: 1...256) ?? 1
        let half = arguments.string("--half")
        self.half = half
        if let half, !["tuning", "test"].contains(half) {
            throw UsageError("--half '\(half)' is not known; there are tuning and test")
        }
        let least = try arguments.int("--least-faces", in: 3...1_000_000) ?? 10
        let most = try arguments.int("--most-faces", in: 3...1_000_000) ?? 25
        let everybody = try BenchPeople.read(arguments, threads: threads)
        let chosen = everybody.filter { half == nil || Self.half(of: $0.name) == half }
        var injector = NoiseInjector(people: chosen)
        (injector.leastFaces, injector.mostFaces) = (least, max(least, most))
        people = chosen.count { $0.faces.count >= least }
        guard people > 1 else {
            throw CommandFailure(
                "\(people) people with \(least) photographs or more are too few: two at the least")
        }
        guard chosen.contains(where: { !$0.faces.isEmpty && $0.faces.count < least }) else {
            throw CommandFailure(
                "nobody has fewer than \(least) photographs: strangers and bursts are taken from such people")
        }
        self.injector = injector
    }

    /// Which half a person is in: by the first byte of the SHA-256 of the name, so that it stays the same
    /// whoever else is there.
    static func half(of name: String) -> String {
        var hash = SHA256()
        hash.update(Array(name.utf8))
        return hash.finalize()[0] & 1 == 0 ? "tuning" : "test"
    }

    /// Measures and prints; returns the exit status.
    func run(json: Bool, _ console: Console) throws -> Int32 {
        var rows: [PurifyBenchReport.Row] = []
        for scenario in NoiseScenario.all {
            console.progress("bench purify: \(scenario.name)")
            rows += try measure(scenario)
            if !json {
                if rows.count == PurifyContender.all.count { console.print(PurifyBenchReport.heading) }
                console.print(rows.suffix(PurifyContender.all.count).map(\.text).joined(separator: "\n"))
            }
        }
        console.endProgress()
        if json {
            let report = PurifyBenchReport(people: people, seeds: seeds, half: half ?? "all", results: rows)
            console.print(try JSONText.of(report))
        }
        return 0
    }

    private func measure(_ scenario: NoiseScenario) throws -> [PurifyBenchReport.Row] {
        let purifier = Purifier(pool: threads > 1 ? WorkerPool(threads: threads) : nil)
        let galleries = (0..<seeds).map { injector.gallery(scenario, seed: UInt64($0)) }
        return try PurifyContender.all.map { contender in
            var score = NoiseScore()
            let seconds = try ContinuousClock().measure {
                for (seed, gallery) in galleries.enumerated() {
                    var parameters = contender.parameters
                    parameters.seed = UInt64(seed)
                    score =
                        score
                        + gallery.score(try purifier.purify(gallery.identities, parameters: parameters))
                }
            }
            return PurifyBenchReport.Row(
                scenario: scenario.name, method: contender.name, score: score, seconds: seconds.seconds)
        }
    }
}

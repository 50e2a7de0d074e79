import Encodings
import Foundation
import Kernels
import VectorSearch

/// Times the gallery index on seeded unit vectors and holds its answers against a full scan.
struct SearchBench {
    /// What it prints, with the keys of `--json`.
    struct Report: Encodable {
        let count, dimension, threads: Int
        let buildSeconds: Double
        let bytesPerFace: Int
        let p50Milliseconds, p99Milliseconds, recallAtOne: Double
        let exact: Bool

        enum CodingKeys: String, CodingKey {
            case count, dimension, threads, exact
            case buildSeconds = "build_seconds"
            case bytesPerFace = "bytes_per_face"
            case p50Milliseconds = "p50_ms"
            case p99Milliseconds = "p99_ms"
            case recallAtOne = "recall_at_1"
        }
    }

    private let count, dimension, threads: Int
    private let seconds: Double

    init(_ arguments: ParsedArguments) throws(UsageError) {
        count = try arguments.int("--count", in: 1...10_000_000) ?? 100_000
        dimension = try arguments.int("--dimension", in: 1...4096) ?? 512
        threads = try arguments.int("--threads", in: 1...256) ?? 1
        seconds = try arguments.double("--seconds", in: 0.01...3600) ?? 2
    }

    /// Measures and prints; returns the exit status.
    func run(json: Bool, _ console: Console) throws -> Int32 {
        var generator = SplitMix64(seed: 7)
        let vectors = (0..<count).map { _ in unitVector(&generator) }
        let index = EmbeddingIndex(dimension: dimension, threads: threads)
        let build = try ContinuousClock().measure {
            try index.insert(vectors.enumerated().map { .init(key: Int64($0), owner: Int64($0), vector: $1) })
        }
        let probes = (0..<64).map { _ in unitVector(&generator) }
        var turn = 0
        let summary = try Stopwatch.measure(for: .seconds(seconds)) {
            _ = try index.search(probe: probes[turn % probes.count], top: 5)
            turn += 1
        }
        let hits = try probes.count {
            try index.nearest(probe: $0, top: 1).first?.key == scan(vectors, for: $0)
        }
        let report = Report(
            count: count, dimension: dimension, threads: threads, buildSeconds: build.seconds,
            bytesPerFace: index.bytesPerFace, p50Milliseconds: summary.medianMilliseconds,
            p99Milliseconds: summary.p99Milliseconds, recallAtOne: Double(hits) / Double(probes.count),
            exact: hits == probes.count)
        console.print(
            json
                ? try JSONText.of(report)
                : "\(summary.text), p99 \(summary.p99Milliseconds.fixed(3)) ms, recall@1 \(report.recallAtOne)"
        )
        return 0
    }

    private func unitVector(_ generator: inout SplitMix64) -> [Float] {
        // The sum of four uniforms is near enough to a normal for directions to spread evenly.
        let raw = (0..<dimension).map { _ in
            (0..<4).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &generator) }
        }
        let norm = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return raw.map { $0 / max(norm, .leastNormalMagnitude) }
    }

    private func scan(_ vectors: [[Float]], for probe: [Float]) -> Int64? {
        let similarities = vectors.map { vector in zip(vector, probe).reduce(Float(0)) { $0 + $1.0 * $1.1 } }
        return similarities.indices.max { similarities[$0] < similarities[$1] }.map(Int64.init)
    }
}

import Locks

/// How long the stages of one request took, for `Server-Timing` and the latency histograms.
package final class StageTimings: Sendable {
    /// The parts of a request's work.
    package enum Stage: String, Sendable, CaseIterable {
        /// Reading the body.
        case read
        /// Taking a body apart.
        case parse
        /// Checking an image's limits and decoding it.
        case decode
        /// Finding faces and cutting them out.
        case detect
        /// Cutting out what came aligned.
        case align
        case embed
        /// Waiting for a worker.
        case queue
        case search
        /// The database.
        case db
    }

    /// The timings of the request that this task serves.
    @TaskLocal package static var current: StageTimings?

    private let seconds = Locked<[Stage: Double]>([:])

    package init() {}

    /// Adds to a stage.
    package func add(_ stage: Stage, _ amount: Double) {
        seconds.withLock { $0[stage, default: 0] += amount }
    }

    /// Runs `body` and adds how long it took.
    package func measure<R>(_ stage: Stage, _ body: () throws -> R) rethrows -> R {
        let start = ContinuousClock.now
        defer { add(stage, (ContinuousClock.now - start).inSeconds) }
        return try body()
    }

    /// The stages that occurred, in order, in seconds.
    package var stages: [(stage: Stage, seconds: Double)] {
        seconds.withLock { seconds in
            Stage.allCases.compactMap { stage in seconds[stage].map { (stage, $0) } }
        }
    }

    /// The value of `Server-Timing` (W3C): milliseconds of each stage and of the whole.
    package func headerValue(total: Duration) -> String {
        let all = stages.map { ($0.stage.rawValue, $0.seconds) } + [("total", total.inSeconds)]
        return all.map { "\($0.0);dur=\(Self.milliseconds($0.1))" }.joined(separator: ", ")
    }

    private static func milliseconds(_ seconds: Double) -> String {
        let hundredths = Int((seconds * 100_000).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100)." + (fraction < 10 ? "0" : "") + "\(fraction)"
    }
}

/// Awaits `body` and adds how long it took to a stage of the request that this task serves, if it serves one.
func timed<R>(_ stage: StageTimings.Stage, _ body: () async throws -> R) async rethrows -> R {
    let start = ContinuousClock.now
    defer { StageTimings.current?.add(stage, (ContinuousClock.now - start).inSeconds) }
    return try await body()
}

import Locks

/// Sums up the time of each node over all runs of a session. Safe from any thread.
final class ProfileRecorder: Sendable {
    private struct Key: Hashable {
        let name: String
        let operatorType: String
        let note: StepNote
    }

    private struct Sum {
        var runs = 0
        var nanoseconds: UInt64 = 0
        var fastest = UInt64.max

        mutating func add(_ run: UInt64) {
            runs += 1
            nanoseconds += run
            fastest = min(fastest, run)
        }
    }

    private let sums = Locked<[Key: Sum]>([:])

    /// Adds one run of a step.
    func record(_ step: Plan.Step, duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let nanoseconds =
            UInt64(max(seconds, 0)) * 1_000_000_000 + UInt64(max(attoseconds, 0) / 1_000_000_000)
        let key = Key(name: step.node.name, operatorType: step.node.operatorType, note: step.note)
        sums.withLock { sums in
            sums[key, default: Sum()].add(nanoseconds)
        }
    }

    /// All nodes, slowest first.
    var timings: [NodeTiming] {
        sums.withLock { $0 }
            .map { key, sum in
                NodeTiming(
                    name: key.name, operatorType: key.operatorType, algorithm: key.note.algorithm,
                    shapes: key.note.shapes, operations: key.note.operations, runs: sum.runs,
                    nanoseconds: sum.nanoseconds, fastest: sum.fastest)
            }
            .sorted { ($1.nanoseconds, $0.name) < ($0.nanoseconds, $1.name) }
    }
}

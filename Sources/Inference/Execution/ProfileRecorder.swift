import Locks

/// Sums up the time of each node over all runs of a session. Safe from any thread.
final class ProfileRecorder: Sendable {
    private struct Key: Hashable {
        let name: String
        let operatorType: String
    }

    private let sums = Locked<[Key: (runs: Int, nanoseconds: UInt64)]>([:])

    /// Adds one run of a node.
    func record(_ node: ProgramNode, duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let nanoseconds =
            UInt64(max(seconds, 0)) * 1_000_000_000 + UInt64(max(attoseconds, 0) / 1_000_000_000)
        let key = Key(name: node.name, operatorType: node.operatorType)
        sums.withLock { sums in
            let sum = sums[key, default: (0, 0)]
            sums[key] = (sum.runs + 1, sum.nanoseconds + nanoseconds)
        }
    }

    /// All nodes, slowest first.
    var timings: [NodeTiming] {
        sums.withLock { $0 }
            .map {
                NodeTiming(
                    name: $0.key.name, operatorType: $0.key.operatorType, runs: $0.value.runs,
                    nanoseconds: $0.value.nanoseconds)
            }
            .sorted { ($1.nanoseconds, $0.name) < ($0.nanoseconds, $1.name) }
    }
}

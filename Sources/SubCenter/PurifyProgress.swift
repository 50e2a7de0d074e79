import Locks

/// Turns work done on several threads into one number that never falls.
final class PurifyProgress: Sendable {
    private let done = Locked((work: 0, told: -1.0))
    private let total: Int
    private let tell: @Sendable (Double) -> Void

    /// - Parameter total: units of work in all; 0 is taken as nothing to wait for.
    init(total: Int, tell: @escaping @Sendable (Double) -> Void) {
        self.total = max(total, 1)
        self.tell = tell
    }

    /// Tells at steps of a thousandth, one caller at a time.
    func advance(by work: Int) {
        done.withLock { done in
            done.work += work
            report(min(1, Double(done.work) / Double(total)), &done.told)
        }
    }

    /// The end, whatever the units came to.
    func finish() {
        done.withLock { report(1, &$0.told) }
    }

    private func report(_ value: Double, _ told: inout Double) {
        guard value >= told + 0.001 || (value == 1 && told < 1) else { return }
        told = value
        tell(value)
    }
}

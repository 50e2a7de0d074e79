import Locks

/// Whether the service can do its work: what the start found out, and whether the end has begun.
final class Readiness: Sendable {
    private struct State {
        var selfTest: Bool?
        var isDraining = false
    }

    private let state = Locked(State())

    /// Notes how the self-test of the models ended.
    func setSelfTest(passed: Bool) { state.withLock { $0.selfTest = passed } }

    /// From now on the service is not ready.
    func setDraining() { state.withLock { $0.isDraining = true } }

    /// One entry a check: its name and what is wrong, nil where nothing is.
    func checks(databaseWritable: Bool) -> [(name: String, failure: String?)] {
        state.withLock { state in
            let models: String? =
                switch state.selfTest {
                case true?: nil
                case false?: "the self-test of the models failed"
                case nil: "the self-test of the models is not done yet"
                }
            return [
                ("models", models), ("database", databaseWritable ? nil : "the database can't be written"),
                ("draining", state.isDraining ? "the service is shutting down" : nil),
            ]
        }
    }
}

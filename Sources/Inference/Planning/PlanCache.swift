import Locks

/// The plans of a session, the least recently used going first. Safe from any thread.
final class PlanCache: Sendable {
    private struct State {
        var plans: [PlanKey: (plan: Plan, lastUse: UInt64)] = [:]
        var clock: UInt64 = 0
    }

    private let limit: Int
    private let state = Locked(State())

    /// `limit` below 1 is taken for 1: the plan of a run must be somewhere.
    init(limit: Int) { self.limit = max(limit, 1) }

    /// Plans kept now.
    var count: Int { state.withLock { $0.plans.count } }

    /// The plan for `key`, which is used with this.
    func plan(for key: PlanKey) -> Plan? {
        state.withLock { state in
            state.clock += 1
            state.plans[key]?.lastUse = state.clock
            return state.plans[key]?.plan
        }
    }

    /// Keeps `plan`, in place of the one that has not been used for longest when there is no room. Linear in
    /// the limit, which is small.
    func insert(_ plan: Plan, for key: PlanKey) {
        state.withLock { state in
            state.clock += 1
            state.plans[key] = (plan, state.clock)
            while state.plans.count > limit {
                guard let oldest = state.plans.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
                    return
                }
                state.plans[oldest.key] = nil
            }
        }
    }
}

import Locks

/// How often each client may come: a rate, and so many requests at once (a token bucket, kept as the one time
/// at which it will be full again).
///
/// Buckets that are full say nothing and are forgotten: what is kept are the clients of the last one or two
/// times that an empty bucket takes to fill.
final class RateLimiter<Client: Hashable & Sendable>: Sendable {
    /// Clients of one period; more than any fair use has. Others are refused then, which holds off who has a
    /// whole network of addresses.
    private static var clientLimit: Int { 10_000 }

    private struct State {
        var began: ContinuousClock.Instant
        /// When a client's bucket will be full; of this period and of the one before.
        var current: [Client: ContinuousClock.Instant] = [:]
        var former: [Client: ContinuousClock.Instant] = [:]
    }

    /// Between two requests at the full rate.
    private let interval: Duration
    /// What an empty bucket takes to fill.
    private let period: Duration
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let state: Locked<State>

    /// - Parameters:
    ///   - rate: requests a second, more than 0.
    ///   - burst: requests at once, 1 or more.
    ///   - clock: what time it is.
    init(rate: Double, burst: Int, clock: @escaping @Sendable () -> ContinuousClock.Instant) {
        interval = .seconds(1 / rate)
        period = interval * burst
        self.clock = clock
        state = Locked(State(began: clock()))
    }

    /// Takes one request of the client; answers nil, or after how long there will be room for one.
    func take(_ client: Client) -> Duration? {
        let now = clock()
        return state.withLock { state in
            advance(&state, to: now)
            let known = state.current[client] ?? state.former[client]
            guard state.current[client] != nil || state.current.count < Self.clientLimit else {
                return period
            }
            let full = max(known ?? now, now) + interval
            let wait = full - now - period
            guard wait <= .zero else { return wait }
            state.current[client] = full
            return nil
        }
    }

    /// What was not touched for a period is full.
    private func advance(_ state: inout State, to now: ContinuousClock.Instant) {
        let elapsed = now - state.began
        guard elapsed >= period else { return }
        state.former = elapsed < period * 2 ? state.current : [:]
        state.current = [:]
        state.began = now
    }
}

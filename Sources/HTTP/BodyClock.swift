/// Measures how fast a body comes in, counting only the time in which the client could send.
struct BodyClock {
    /// Body bytes so far.
    private(set) var bytes = 0
    private var lastByte: ContinuousClock.Instant
    /// Time that counted before `runningSince`.
    private var counted: Duration = .zero
    /// Nil while the client has to wait for us.
    private var runningSince: ContinuousClock.Instant?

    init(now: ContinuousClock.Instant, isRunning: Bool) {
        lastByte = now
        runningSince = isRunning ? now : nil
    }

    mutating func received(_ count: Int, now: ContinuousClock.Instant) {
        bytes += count
        lastByte = now
    }

    mutating func pause(now: ContinuousClock.Instant) {
        guard let since = runningSince else { return }
        counted += since.duration(to: now)
        runningSince = nil
    }

    mutating func resume(now: ContinuousClock.Instant) {
        guard runningSince == nil else { return }
        runningSince = now
        lastByte = now
    }

    /// When the client will have been too slow if nothing more comes; nil while it has to wait.
    func deadline(_ limits: ConnectionLimits) -> ContinuousClock.Instant? {
        guard let since = runningSince else { return nil }
        let stall = lastByte.advanced(by: limits.bodyStallTimeout)
        guard limits.minimumBodyRate > 0 else { return stall }
        let earned: Duration = .seconds(bytes / limits.minimumBodyRate)
        return min(stall, since.advanced(by: max(limits.bodyGrace, earned) - counted))
    }
}

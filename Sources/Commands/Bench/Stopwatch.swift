/// Repeats work for a while and times each run on the continuous clock.
enum Stopwatch {
    /// Runs `work` for `warmUp`, then for `duration` (three times at the least), and summarises the latter.
    static func measure(
        warmUp: Duration = .seconds(1), for duration: Duration, _ work: () throws -> Void
    ) rethrows -> LatencySummary {
        let clock = ContinuousClock()
        let warm = clock.now + warmUp
        repeat { try work() } while clock.now < warm
        var samples: [Double] = []
        let end = clock.now + duration
        while clock.now < end || samples.count < 3 {
            let elapsed = try clock.measure(work)
            samples.append(elapsed.milliseconds)
        }
        return LatencySummary(milliseconds: samples)
    }
}

extension Duration {
    /// The duration in milliseconds, as a number to print.
    var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15 }

    /// The duration in seconds, as a number to print.
    var seconds: Double { milliseconds / 1e3 }
}

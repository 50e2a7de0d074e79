/// Whole trials and rates: 1e-3 of 3,000 is three trials, whatever the rounding of 1e-3 says.
enum TrialCount {
    /// Relative to the number.
    private static let slack = 1e-6

    /// Trials among which `events` are to be expected at `rate`.
    static func needed(for events: Int, at rate: Double) -> Int {
        let exact = Double(events) / rate
        let whole = exact.rounded()
        return Int(abs(exact - whole) <= slack * whole ? whole : exact.rounded(.up))
    }

    /// The most events among `trials` that keep to `rate`.
    static func allowed(of trials: Int, at rate: Double) -> Int { Int(rate * Double(trials) * (1 + slack)) }
}

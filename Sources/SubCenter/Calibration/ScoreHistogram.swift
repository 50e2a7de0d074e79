/// Cosines counted in steps of 1e-5: any number of trials takes the same 800 KB, and a threshold found in
/// them is right to a step.
package struct ScoreHistogram: Sendable, Equatable {
    /// Steps from -1 to 1; the last one holds the cosine 1 alone.
    static let steps = 200_001
    private static let zero = 100_000

    /// One a step. Billions of trials fit, more than any sample makes.
    var counts = [UInt32](repeating: 0, count: steps)

    /// Rounding takes cosines past 1 and -1; they count as these.
    static func step(of similarity: Float) -> Int {
        // Rounding leaves equal photographs a little under 1.
        if similarity > 1 - 1e-6 { return steps - 1 }
        return Int((Double(max(-1, similarity)) + 1) * Double(zero))
    }

    /// The least cosine of a step.
    static func similarity(ofStep step: Int) -> Float { Float(Double(step - zero) / Double(zero)) }

    package var total: Int { counts.reduce(0) { $0 + Int($1) } }

    /// Nil without trials; right to half a step, as the deviation.
    package var mean: Double? { moments?.mean }

    /// Standard deviation, over the number of trials.
    package var deviation: Double? { moments.map { $0.variance.squareRoot() } }

    private var moments: (mean: Double, variance: Double)? {
        var (count, sum, squares) = (0.0, 0.0, 0.0)
        for (step, trials) in counts.enumerated() where trials > 0 {
            let middle = (Double(step - Self.zero) + 0.5) / Double(Self.zero)
            count += Double(trials)
            sum += Double(trials) * middle
            squares += Double(trials) * middle * middle
        }
        guard count > 0 else { return nil }
        let mean = sum / count
        return (mean, max(0, squares / count - mean * mean))
    }

    /// How many trials score at `step` or over.
    func count(from step: Int) -> Int { counts[step...].reduce(0) { $0 + Int($1) } }

    /// The lowest step at which no more than `limit` trials score at it or over; nil when more than that are
    /// at the very last.
    func lowestStep(accepting limit: Int) -> Int? {
        var accepted = 0
        for step in counts.indices.reversed() {
            accepted += Int(counts[step])
            if accepted > limit { return step + 1 < counts.count ? step + 1 : nil }
        }
        return 0
    }

    /// The counts in `bars` equal parts of -1...1. Traps unless 200,000 is a multiple of their number.
    package func bars(_ bars: Int) -> [Int] {
        let width = (Self.steps - 1) / bars
        precondition(width * bars == Self.steps - 1, "bars of unequal width")
        var result = [Int](repeating: 0, count: bars)
        for (step, trials) in counts.enumerated() { result[min(step / width, bars - 1)] += Int(trials) }
        return result
    }
}

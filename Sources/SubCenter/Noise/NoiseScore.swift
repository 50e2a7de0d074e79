/// Counts of faces, and what follows from them. Wrong faces are what is to be found.
package struct NoiseScore: Sendable, Equatable {
    /// Wrong and set aside.
    package var removed = 0
    /// Wrong and kept, in identities that were decided.
    package var missed = 0
    /// Wrong, in identities that were reported as ambiguous.
    package var undecided = 0
    /// Right and set aside.
    package var lost = 0
    /// Right and kept.
    package var kept = 0
    /// Identities reported as ambiguous.
    package var ambiguous = 0

    package init() {}

    package static func + (a: NoiseScore, b: NoiseScore) -> NoiseScore {
        var sum = a
        sum.removed += b.removed
        sum.missed += b.missed
        sum.undecided += b.undecided
        sum.lost += b.lost
        sum.kept += b.kept
        sum.ambiguous += b.ambiguous
        return sum
    }

    /// The share of wrong faces set aside, those of ambiguous identities not; nil where none is wrong.
    package var noiseRemoved: Double? { Self.share(removed, of: removed + missed + undecided) }

    package var cleanKept: Double? { Self.share(kept, of: kept + lost) }

    /// The harmonic mean of the share of wrong faces that were set aside, and the share of faces set aside
    /// that were wrong; what an ambiguous identity keeps counts as missed. nil where none is wrong.
    package var f1: Double? {
        removed + missed + undecided == 0
            ? nil : Self.share(2 * removed, of: 2 * removed + missed + undecided + lost)
    }

    /// The same over the identities that were decided.
    package var f1OfDecided: Double? {
        removed + missed == 0 ? nil : Self.share(2 * removed, of: 2 * removed + missed + lost)
    }

    private static func share(_ part: Int, of whole: Int) -> Double? {
        whole > 0 ? Double(part) / Double(whole) : nil
    }
}

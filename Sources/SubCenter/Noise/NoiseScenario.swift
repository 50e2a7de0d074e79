/// A way in which the faces of identities come to be wrong.
package struct NoiseScenario: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// Nothing is wrong.
        case clean
        /// Single photographs of people who are not enrolled.
        case strangers
        /// Photographs that changed places with those of other identities.
        case swaps
        /// Photographs of one other person, enrolled or not.
        case intruder
        /// As many frames of one moment of a stranger as the identity has photographs.
        case burst
    }

    package let kind: Kind
    /// Wrong photographs among all of an identity, 0..<1; not used by `clean` and `burst`.
    package let share: Double

    package init(_ kind: Kind, share: Double = 0) { (self.kind, self.share) = (kind, share) }

    /// `intruder 40 %`.
    package var name: String {
        share > 0 ? "\(kind.rawValue) \(Int((share * 100).rounded())) %" : kind.rawValue
    }

    /// Those of the benchmark.
    package static let all: [NoiseScenario] =
        [NoiseScenario(.clean)] + [0.1, 0.3, 0.5].map { NoiseScenario(.strangers, share: $0) }
        + [0.1, 0.3].map { NoiseScenario(.swaps, share: $0) }
        + [0.1, 0.3, 0.4, 0.45].map { NoiseScenario(.intruder, share: $0) } + [NoiseScenario(.burst)]

    /// How many wrong photographs come to `clean` right ones.
    func count(clean: Int) -> Int {
        switch kind {
        case .clean: 0
        case .burst: clean
        case .strangers, .intruder: max(1, Int((Double(clean) * share / (1 - share)).rounded()))
        case .swaps: max(1, Int((Double(clean) * share).rounded()))
        }
    }
}

import Foundation

/// How many rounds a fuzz test runs: few in `make test`, more in `make fuzz`.
///
/// `ARCFACE_FUZZ_ITERATIONS` multiplies every budget (1 when unset) and `ARCFACE_FUZZ_SEED` moves every seed,
/// so that a long run sees other inputs than the short one and a finding can be had again. A setting that is
/// not a positive number traps: a fuzz run that quietly does nothing is worse than none.
package enum FuzzBudget {
    /// From `ARCFACE_FUZZ_ITERATIONS`.
    package static let multiplier = setting("ARCFACE_FUZZ_ITERATIONS", default: 1)

    /// `base` rounds, times the multiplier.
    package static func iterations(_ base: Int) -> Int { base * multiplier }

    /// `base`, moved by `ARCFACE_FUZZ_SEED`. Print it with a failure.
    package static func seed(_ base: UInt64) -> UInt64 {
        base &+ UInt64(setting("ARCFACE_FUZZ_SEED", default: 0))
    }

    private static func setting(_ name: String, default value: Int) -> Int {
        guard let text = ProcessInfo.processInfo.environment[name], !text.isEmpty else { return value }
        guard let number = Int(text), number >= value, number <= 1_000_000_000 else {
            preconditionFailure("\(name)=\(text) is not a whole number of at least \(value)")
        }
        return number
    }
}

import Foundation

/// How far a step goes: a linear rise, then a quarter of a cosine down to nothing.
package struct RateSchedule: Sendable {
    package let rate: Double
    package let steps: Int
    /// A short run rises for half of its steps at most, or it would never get anywhere.
    package let warmUpSteps: Int

    package init(rate: Double, steps: Int, warmUpSteps: Int) {
        self.rate = rate
        self.steps = steps
        self.warmUpSteps = min(warmUpSteps, steps / 2)
    }

    /// The rate of a step, counted from 0.
    package func rate(at step: Int) -> Double {
        if step < warmUpSteps { return rate * Double(step + 1) / Double(warmUpSteps) }
        let share = Double(step - warmUpSteps) / Double(steps - warmUpSteps)
        return rate * 0.5 * (1 + cos(.pi * share))
    }
}

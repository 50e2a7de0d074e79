import SubCenter
import TestKit
import Testing

@Suite struct PersonBootstrapTests {
    private func trials(_ count: Int, right: Int) -> [VerificationTrial] {
        (0..<count).map { VerificationTrial(similarity: $0 < right ? 0.9 : 0.1, same: true) }
    }

    @Test func `independent people give the binomial interval`() throws {
        let intervals = PersonBootstrap().intervals(
            trials(400, right: 360), people: (0..<400).map { ($0, $0) }, threshold: 0.5, falseAcceptRates: [])
        let accuracy = try #require(intervals?.accuracy)
        // 0.9 give or take 1.96 standard deviations of 0.015.
        #expect(abs(accuracy.lowerBound - 0.8706) < 0.006 && abs(accuracy.upperBound - 0.9294) < 0.006)
        #expect(intervals?.auc == nil && intervals?.equalErrorRate == nil)
    }

    @Test func `pairs of the same person do not count as many`() throws {
        // Forty people with ten pairs each, right or wrong all ten: as uncertain as forty pairs.
        let intervals = PersonBootstrap().intervals(
            trials(400, right: 360), people: (0..<400).map { ($0 / 10, $0 / 10) }, threshold: 0.5,
            falseAcceptRates: [])
        let accuracy = try #require(intervals?.accuracy)
        #expect(abs(accuracy.lowerBound - 0.9 + 1.96 * 0.0474) < 0.02)
    }

    @Test func `a pair of two people counts as often as the product of their draws`() throws {
        // Right exactly where both are of the first ninety. With X draws of these among a hundred, about (X /
        // 100)^2 of the weight is right, and X is binomial: 84 and 95 are its 2.5 % and 97.5 % quantiles.
        var (trials, people): ([VerificationTrial], [(Int, Int)]) = ([], [])
        for second in 0..<100 {
            for first in 0..<second {
                trials.append(VerificationTrial(similarity: second < 90 ? 0.9 : 0.1, same: true))
                people.append((first, second))
            }
        }
        let intervals = PersonBootstrap().intervals(
            trials, people: people, threshold: 0.5, falseAcceptRates: [])
        let accuracy = try #require(intervals?.accuracy)
        #expect(abs(accuracy.lowerBound - 0.703) < 0.02, "\(accuracy)")
        #expect(abs(accuracy.upperBound - 0.901) < 0.025, "\(accuracy)")
    }

    @Test func `the same seed draws the same people, another others`() {
        var generator = SeededGenerator(seed: 1)
        let trials = (0..<300).map { index in
            VerificationTrial(
                similarity: Float.random(in: index % 2 == 0 ? 0..<0.8 : 0.3..<1, using: &generator),
                same: index % 2 == 1)
        }
        let people = (0..<300).map { index in (index % 60, index % 2 == 1 ? index % 60 : (index + 7) % 60) }
        func intervals(_ seed: UInt64) -> BootstrapIntervals? {
            var bootstrap = PersonBootstrap()
            bootstrap.seed = seed
            return bootstrap.intervals(trials, people: people, threshold: 0.5, falseAcceptRates: [1e-1])
        }
        let metrics = VerificationMetrics(trials)
        let one = intervals(0)
        #expect(one == intervals(0) && one != intervals(1))
        #expect(one?.auc?.contains(metrics.auc ?? -1) == true)
        #expect(one?.equalErrorRate?.contains(metrics.equalErrorRate ?? -1) == true)
        #expect(
            one?.trueAcceptRates[0]?.contains(metrics.trueAcceptRate(atFalseAcceptRate: 1e-1) ?? -1) == true)
    }

    @Test func `few people give no interval`() {
        let people = (0..<400).map { ($0 % 19, $0 % 19) }
        #expect(
            PersonBootstrap().intervals(
                trials(400, right: 1), people: people, threshold: 0.5, falseAcceptRates: []) == nil)
        #expect(PersonBootstrap().intervals([], people: [], threshold: 0, falseAcceptRates: []) == nil)
    }
}

import SubCenter
import TestKit
import Testing

@Suite struct VerificationMetricsTests {
    private func trials(_ genuine: [Float], _ impostors: [Float]) -> [VerificationTrial] {
        genuine.map { VerificationTrial(similarity: $0, same: true) }
            + impostors.map { VerificationTrial(similarity: $0, same: false) }
    }

    /// Reference figures for these were computed with NumPy: the area as the share of genuine-impostor pairs
    /// in the right order (ties half), the equal error rate by bisection on `interp(fpr, tpr)`.
    private let genuine: [Float] = [0.5, 0.7, 0.7, 0.3, 0.4, 0.3, 0.6, 0.4, 0.6, 0.1, 0.8, 0.4]
    private let impostors: [Float] = [
        0.3, 0.2, 0.1, 0.3, 0.4, 0.2, 0.2, 0.3, 0, -0.1, 0.3, 0.1, -0.2, 0, 0.1, -0.0, -0.1, 0.2, 0.4, 0.2,
    ]

    @Test func `figures agree with NumPy's on scores full of ties`() throws {
        let metrics = VerificationMetrics(trials(genuine, impostors))
        #expect(metrics.genuine == 12 && metrics.impostors == 20)
        #expect(abs(try #require(metrics.auc) - 0.9020833333333333) < 1e-12)
        #expect(abs(try #require(metrics.equalErrorRate) - 0.1818181818181818) < 1e-12)
        let best = try #require(metrics.best)
        #expect(best.accuracy == 0.84375 && abs(best.threshold - 0.35) < 1e-6)
        #expect(metrics.accuracy(at: 0.4) == 0.84375)
        #expect(metrics.accuracy(at: 0.5) == 0.8125)
        #expect(metrics.accuracy(at: 2) == 20.0 / 32)
        #expect(metrics.accuracy(at: -1) == 12.0 / 32)
    }

    @Test func `the curve has one point a distinct similarity`() {
        let roc = VerificationMetrics(trials(genuine, impostors)).roc
        let far = [0, 0, 0, 0, 0, 0.1, 0.3, 0.55, 0.7, 0.85, 0.95, 1]
        let tar = [0, 1, 3, 5, 6, 9, 11, 11, 12, 12, 12, 12].map { Double($0) / 12 }
        #expect(roc.map(\.falseAcceptRate) == far)
        #expect(roc.map(\.trueAcceptRate) == tar)
        #expect(roc.first?.threshold == .infinity && roc.last?.threshold == -0.2)
    }

    @Test func `true accept rates stop where the impostor trials can't show them`() {
        let metrics = VerificationMetrics(trials(genuine, impostors))
        #expect(metrics.trueAcceptRate(atFalseAcceptRate: 0.5) == 11.0 / 12)
        #expect(metrics.trueAcceptRate(atFalseAcceptRate: 0.2) == 0.75)
        #expect(metrics.trueAcceptRate(atFalseAcceptRate: 0.1) == 0.75)
        #expect(metrics.trueAcceptRate(atFalseAcceptRate: 0.05) == 0.5)
        #expect(metrics.trueAcceptRate(atFalseAcceptRate: 0.049) == nil)
        #expect(metrics.trueAcceptRate(atFalseAcceptRate: 0) == nil)
    }

    @Test func `a thousand impostors can show one in a thousand`() {
        let many = (0..<1_000).map { Float($0) / 2_000 }
        let metrics = VerificationMetrics(trials([0.9, 0.49949, 0.3], many))
        #expect(metrics.trueAcceptRate(atFalseAcceptRate: 1e-3) == 2.0 / 3)
        #expect(metrics.trueAcceptRate(atFalseAcceptRate: 1e-2) == 2.0 / 3)
        #expect(metrics.trueAcceptRate(atFalseAcceptRate: 1e-4) == nil)
    }

    @Test func `perfect, reversed and constant scores have their known figures`() {
        let perfect = VerificationMetrics(trials([0.8, 0.9], [0.1, 0.2]))
        #expect(perfect.auc == 1 && perfect.equalErrorRate == 0)
        #expect(perfect.best?.threshold == 0.5 && perfect.best?.accuracy == 1)
        let reversed = VerificationMetrics(trials([0.1], [0.9]))
        #expect(reversed.auc == 0 && reversed.equalErrorRate == 1)
        let constant = VerificationMetrics(trials([0.5, 0.5], [0.5, 0.5]))
        #expect(constant.auc == 0.5 && constant.equalErrorRate == 0.5 && constant.best?.accuracy == 0.5)
    }

    @Test func `one kind alone has no curve but an accuracy`() {
        for metrics in [VerificationMetrics(trials([0.5], [])), VerificationMetrics(trials([], [0.5]))] {
            #expect(metrics.auc == nil && metrics.equalErrorRate == nil && metrics.roc.isEmpty)
            #expect(metrics.trueAcceptRate(atFalseAcceptRate: 1) == nil)
            #expect(metrics.best?.accuracy == 1)
        }
        let none = VerificationMetrics([])
        #expect(none.best == nil && none.accuracy(at: 0) == nil && none.auc == nil)
    }

    @Test func `a best threshold parts neighbours that differ in the last bit`() throws {
        let low: Float = 0.3
        let best = try #require(VerificationMetrics(trials([low.nextUp], [low])).best)
        #expect(best.accuracy == 1 && best.threshold == low.nextUp)
    }

    @Test func `a pair with a face not found counts as different`() throws {
        let found = trials([0.9, 0.8], [0.1])
        let metrics = VerificationMetrics(found + [.faceNotFound(same: true), .faceNotFound(same: false)])
        #expect(metrics.accuracy(at: 0.5) == 4.0 / 5)
        #expect(try #require(metrics.best).accuracy == 4.0 / 5)
    }

    @Test func `no threshold accepts a face that was not found, though it would be right more often`() throws
    {
        let missing = [VerificationTrial](repeating: .faceNotFound(same: true), count: 3)
        let best = try #require(VerificationMetrics(trials([0.9], [0.2]) + missing).best)
        #expect(best.accuracy == 2.0 / 5 && best.threshold > -1)
        let alone = VerificationMetrics(missing)
        #expect(alone.best?.accuracy == 0 && alone.accuracy(at: -1) == 0)
        let folded = try #require(VerificationMetrics.folded([missing, missing]))
        #expect(folded.mean == 0)
    }

    @Test func `the order of trials does not matter`() {
        var generator = SeededGenerator(seed: 2)
        let all = trials(genuine, impostors)
        let reference = VerificationMetrics(all)
        for _ in 0..<5 {
            let metrics = VerificationMetrics(all.shuffled(using: &generator))
            #expect(metrics.roc == reference.roc && metrics.best == reference.best)
        }
    }

    @Test func `the area is the share of pairs in the right order, on random scores`() throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<20 {
            let genuine = (0..<30).map { _ in Float(Int.random(in: 0..<12, using: &generator)) / 12 }
            let impostors = (0..<25).map { _ in Float(Int.random(in: -6..<8, using: &generator)) / 12 }
            let right = genuine.flatMap { g in impostors.map { g > $0 ? 1.0 : g == $0 ? 0.5 : 0 } }.reduce(
                0, +)
            let auc = try #require(VerificationMetrics(trials(genuine, impostors)).auc)
            #expect(abs(auc - right / (30 * 25)) < 1e-12)
        }
    }
}

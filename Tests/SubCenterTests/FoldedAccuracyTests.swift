import SubCenter
import Testing

@Suite struct FoldedAccuracyTests {
    private func fold(_ genuine: [Float], _ impostors: [Float]) -> [VerificationTrial] {
        genuine.map { VerificationTrial(similarity: $0, same: true) }
            + impostors.map { VerificationTrial(similarity: $0, same: false) }
    }

    @Test func `each fold is judged at the others' best threshold, as NumPy has it`() throws {
        let folded = try #require(
            VerificationMetrics.folded([
                fold([0.38, 0.3, 0.46, 0.56, 0.67, 0.52], [0.12, 0.08, 0.31, 0.45, 0.24, 0.02]),
                fold([0.36, 0.74, 0.53, 0.24, 0.49, 0.33], [0.11, 0.13, 0.09, 0.28, 0.19, 0.11]),
                fold([0.56, 0.62, 0.25, 0.46, 0.35, 0.47], [0.01, 0.2, 0.19, 0.15, 0.04, 0.14]),
                fold([0.34, 0.3, 0.53, 0.33, 0.68, 0.61], [-0.1, 0.24, 0.03, 0.2, 0.21, -0.1]),
                fold([0.46, 0.46, 0.64, 0.32, 0.61, 0.34], [0.15, 0.07, 0.42, 0.29, 0.56, 0.3]),
            ]))
        let expected: [Double] = [9, 11, 11, 11, 9].map { $0 / 12 }
        #expect(folded.folds.map(\.accuracy) == expected)
        for (fold, threshold) in zip(folded.folds, [0.31, 0.315, 0.315, 0.315, 0.29]) {
            #expect(abs(Double(fold.threshold) - threshold) < 1e-6)
        }
        #expect(abs(folded.mean - 0.85) < 1e-12)
        #expect(abs(folded.deviation - 0.08164965809277258) < 1e-12)
    }

    @Test func `the held-out fold has no say in its threshold`() throws {
        let folded = try #require(
            VerificationMetrics.folded([fold([0.9], [0.1]), fold([0.9], [0.1]), fold([0.2], [0.3])]))
        #expect(folded.folds.map(\.accuracy) == [1, 1, 0.5])
        #expect(abs(folded.folds[2].threshold - 0.5) < 1e-6)
    }

    @Test func `there is nothing to hold out of fewer than two folds`() {
        #expect(VerificationMetrics.folded([]) == nil)
        #expect(VerificationMetrics.folded([fold([0.9], [0.1])]) == nil)
        #expect(VerificationMetrics.folded([fold([0.9], [0.1]), []]) == nil)
    }
}

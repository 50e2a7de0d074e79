import Foundation
import SubCenter
import Testing

/// Figures that scikit-learn found for the same scores (`Tests/Tools/metrics.py --make` wrote them).
@Suite struct MetricsReferenceTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        struct Figures: Decodable, Sendable {
            let auc: Double
            let eer: Double
            let accuracy: Double
            let tar: [String: Double?]
            let roc: [[Double]]
        }

        let name: String
        let same: [Int]
        let scores: [Float]
        let figures: Figures

        var testDescription: String { name }
    }

    private static let cases: [Case] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Tools/metrics_reference.json")
        return (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: file))) ?? []
    }()

    @Test func `there are cases with and without ties`() { #expect(Self.cases.count == 7) }

    @Test(arguments: cases) func `figures agree with scikit-learn's to a millionth`(reference: Case) throws {
        let metrics = VerificationMetrics(
            zip(reference.scores, reference.same).map { VerificationTrial(similarity: $0, same: $1 == 1) })
        let figures = reference.figures
        #expect(abs(try #require(metrics.auc) - figures.auc) < 1e-6)
        #expect(abs(try #require(metrics.equalErrorRate) - figures.eer) < 1e-6)
        #expect(abs(try #require(metrics.best).accuracy - figures.accuracy) < 1e-6)
        for (name, expected) in figures.tar {
            let rate = try #require(Double(name))
            let found = metrics.trueAcceptRate(atFalseAcceptRate: rate)
            #expect((found == nil) == (expected == nil), "\(name)")
            #expect(abs((found ?? 0) - (expected ?? 0)) < 1e-6, "\(name)")
        }
        let curve = metrics.roc
        for point in figures.roc {
            let isThere = curve.contains {
                abs($0.falseAcceptRate - point[0]) < 1e-6 && abs($0.trueAcceptRate - point[1]) < 1e-6
            }
            #expect(isThere, "\(point)")
        }
    }
}

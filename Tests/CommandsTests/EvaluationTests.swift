import Commands
import Foundation
import SubCenter
import Testing

@Suite struct EvaluationTests {
    @Test func `the interval of an accuracy says that it is of the one at the threshold`() throws {
        // Thirty people of one pair each, and thirty pairs of two.
        let lines =
            (0..<30).map { "p\($0)\t1\t2" } + (0..<30).map { "p\($0)\t1\tp\(($0 + 1) % 30)\t1" }
        let file = try PairsFile(text: (["30"] + lines).joined(separator: "\n"), name: "pairs")
        let trials = file.pairs.enumerated().map { index, pair in
            VerificationTrial(similarity: (pair.same ? 0.7 : 0.1) + Float(index % 7) / 100, same: pair.same)
        }
        let evaluation = try #require(Evaluation(trials: trials, of: file))
        let encoded = try JSONSerialization.jsonObject(with: JSONEncoder().encode(evaluation))
        let intervals = (encoded as? [String: Any])?["intervals"] as? [String: Any]
        #expect(intervals?["accuracy_at_threshold"] as? [Double] == [1, 1])
        #expect(intervals?["accuracy"] == nil && intervals?["resampled"] as? String == "people")
    }
}

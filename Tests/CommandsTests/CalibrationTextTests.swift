import Commands
import Encodings
import FaceService
import Testing

@Suite struct CalibrationTextTests {
    private func text(photographs: Int, isSampled: Bool) throws -> String {
        let report = """
            {"identities":9,"faces":90,"photographs":\(photographs),"sampled":\(isSampled),
            "genuine":{"trials":5},"impostor":{"trials":7},"possible_duplicates":[],"applied":null,
            "thresholds":[{"fmr":0.01,"trials":7,"threshold":0.25,"tmr":0.5,"fpir":0.125,"fnir":0.25}]}
            """
        return try #require(CalibrationText(try JSONParser.parse(Array(report.utf8)))).text
    }

    @Test func `identification rates of a sample are called so`() throws {
        #expect(
            try text(photographs: 90, isSampled: false).contains(
                "TMR 50.00 %; in this gallery FPIR 12.50 %, FNIR 25.00 %"))
        let sampled = try text(photographs: 30, isSampled: true)
        #expect(sampled.contains("in a sample of 30 of the 90 faces FPIR 12.50 %, FNIR 25.00 %"))
        #expect(!sampled.contains("in this gallery"))
    }
}

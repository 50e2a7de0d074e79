import Foundation
import FoundationXML
import SubCenter
import Testing

@Suite struct ROCPlotTests {
    private func plot(
        _ genuine: [Float], _ impostors: [Float], title: String = "LFW", marks: [ROCPlot.Mark] = []
    ) -> String {
        let trials =
            genuine.map { VerificationTrial(similarity: $0, same: true) }
            + impostors.map { VerificationTrial(similarity: $0, same: false) }
        return ROCPlot(metrics: VerificationMetrics(trials), title: title, marks: marks).svg()
    }

    @Test func `a perfect curve runs up the left side and along the top`() throws {
        let svg = plot([0.9], (0..<100).map { Float($0) / 1_000 })
        #expect(svg.hasPrefix("<svg xmlns=") && svg.hasSuffix("</svg>\n"))
        #expect(svg.contains("AUC 1.00000 · EER 0.00 % · 1 genuine, 100 impostor pairs"))
        let points = try #require(svg.split(separator: "points=\"").last?.split(separator: "\"").first)
        #expect(points.hasPrefix("86,384 86,64 "))
        #expect(points.hasSuffix(" 646,64"))
    }

    @Test func `a title can't break the document`() throws {
        let svg = plot([0.9], [0.1], title: "a<b & \"c\">")
        #expect(svg.contains(">a&lt;b &amp; \"c\"&gt;<"))
        #expect(XMLParser(data: Data(svg.utf8)).parse())
    }

    @Test func `intervals are drawn where they lie, and the axis reaches down to them`() {
        let scores = (0..<100).map { Float($0) / 100 }
        let svg = plot(
            scores.map { $0 + 0.7 }, scores, marks: [.init(falseAcceptRate: 1e-2, interval: 0.55...0.85)])
        #expect(svg.contains("95 % interval") && svg.contains(">50 %</text>"))
        // 0.01 is the left end of two decades; 0.85 of 0.5...1 is 70 % of the way up.
        #expect(svg.contains("M86,352L86,160"))
    }

    @Test func `many trials give few points`() {
        let scores = (0..<20_000).map { Float($0) / 20_000 }
        #expect(plot(scores.map { $0 + 0.5 }, scores).utf8.count < 120_000)
    }

    @Test func `without trials there are axes and no number that is not one`() {
        let svg = plot([], [])
        #expect(svg.contains("points=\"\"") && !svg.contains("nan") && !svg.contains("inf"))
    }
}

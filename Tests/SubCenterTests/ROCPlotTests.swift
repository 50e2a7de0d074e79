import Foundation
import SubCenter
import Testing

@Suite struct ROCPlotTests {
    private func plot(_ genuine: [Float], _ impostors: [Float], title: String = "LFW") -> String {
        let trials =
            genuine.map { VerificationTrial(similarity: $0, same: true) }
            + impostors.map { VerificationTrial(similarity: $0, same: false) }
        return ROCPlot(metrics: VerificationMetrics(trials), title: title).svg()
    }

    @Test func `a perfect curve runs up the left side and along the top`() throws {
        let svg = plot([0.9], (0..<100).map { Float($0) / 1_000 })
        #expect(svg.hasPrefix("<svg xmlns=") && svg.hasSuffix("</svg>\n"))
        #expect(svg.contains("AUC 1.0000 · EER 0.00 %"))
        let points = try #require(svg.split(separator: "points=\"").last?.split(separator: "\"").first)
        #expect(points.hasPrefix("60.0,340.0 60.0,40.0 "))
        #expect(points.hasSuffix(" 500.0,40.0"))
    }

    @Test func `a title can't break the document`() {
        let svg = plot([0.9], [0.1], title: "a<b & \"c\">")
        #expect(svg.contains(">a&lt;b &amp; \"c\"&gt; ·"))
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

import Foundation
import FoundationXML
import SubCenter
import Testing

@Suite struct HistogramPlotTests {
    private func plot(
        _ series: [HistogramPlot.Series], marks: [HistogramPlot.Mark] = [], title: String = "Scores"
    ) -> String {
        HistogramPlot(
            title: title, subtitle: "two & two", range: -1...1, xLabel: "cosine", yLabel: "share",
            series: series, marks: marks
        ).svg()
    }

    @Test func `the axis shows the part in which something is`() {
        let svg = plot([
            .shares("one", [0, 0, 0, 0, 0, 1, 3, 0, 0, 0]), .shares("two", [0, 0, 0, 0, 2, 0, 0, 0, 0, 0]),
        ])
        #expect(svg.contains(">0.0</text>") && svg.contains(">-0.4</text>") && !svg.contains(">-0.6</text>"))
        #expect(svg.contains(">one</text>") && svg.contains(">two</text>") && svg.contains("two &amp; two"))
        #expect(XMLParser(data: Data(svg.utf8)).parse())
    }

    @Test func `the highest bar leaves room above it`() throws {
        let svg = plot([.counts("faces", [0, 10, 5, 0])])
        let curve = try #require(svg.split(separator: "<polyline").last?.split(separator: "points=\"").last)
        let heights = curve.split(separator: "\"")[0].split(separator: " ").map {
            $0.split(separator: ",")[1]
        }
        #expect(heights.compactMap { Double($0) }.min() == 87.7)
        #expect(svg.contains(">10</text>"))
    }

    @Test func `thresholds stand in rows of their own`() {
        let svg = plot(
            [.shares("one", [1, 2, 1, 1])],
            marks: [.init(value: 0.1, name: "first"), .init(value: 0.11, name: "second")])
        #expect(svg.contains("y=\"76\"") && svg.contains("y=\"91\""))
    }

    @Test func `nothing at all gives axes and no number that is not one`() {
        for series in [[], [HistogramPlot.Series.shares("none", [0, 0])]] {
            let svg = plot(series)
            #expect(!svg.contains("nan") && !svg.contains("inf"))
            #expect(XMLParser(data: Data(svg.utf8)).parse())
        }
    }
}

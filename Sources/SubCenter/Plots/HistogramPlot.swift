import Foundation

/// Histograms over one another as an SVG.
package struct HistogramPlot: Sendable {
    /// One histogram: how much falls into each of equally wide bars.
    package struct Series: Sendable {
        let name: String
        let bars: [Double]
        fileprivate let isOfShares: Bool

        /// Counts as they are.
        package static func counts(_ name: String, _ counts: [Int]) -> Series {
            Series(name: name, bars: counts.map(Double.init), isOfShares: false)
        }

        /// Of counts, as shares of their sum.
        package static func shares(_ name: String, _ counts: [Int]) -> Series {
            let sum = Double(max(counts.reduce(0, +), 1))
            return Series(name: name, bars: counts.map { Double($0) / sum }, isOfShares: true)
        }
    }

    /// An upright line with a name.
    package struct Mark: Sendable {
        let value: Double
        let name: String

        package init(value: Double, name: String) {
            self.value = value
            self.name = name
        }
    }

    private let title: String
    private let subtitle: String
    private let range: ClosedRange<Double>
    private let labels: (x: String, y: String)
    private let series: [Series]
    private let marks: [Mark]
    /// The bars are shares of a whole and not counts.
    private let isOfShares: Bool

    /// - Parameters:
    ///   - range: what the bars cover.
    ///   - series: at most two, with as many bars each.
    package init(
        title: String, subtitle: String, range: ClosedRange<Double>, xLabel: String, yLabel: String,
        series: [Series], marks: [Mark] = []
    ) {
        precondition(
            series.count <= 2 && Set(series.map(\.bars.count)).count <= 1, "histograms that do not match")
        (self.title, self.subtitle, self.range, self.series, self.marks) = (
            title, subtitle, range, series, marks
        )
        labels = (xLabel, yLabel)
        isOfShares = series.allSatisfy(\.isOfShares)
    }

    /// The SVG document, UTF-8; the axis shows the part in which there is something.
    package func svg() -> String {
        let colors = [PlotFrame.blue, PlotFrame.red]
        let top = series.flatMap(\.bars).max() ?? 0
        let frame = PlotFrame(
            title: title, subtitle: subtitle, x: .linear(labels.x, shown, ticks: 10),
            y: .linear(labels.y, 0...(top > 0 ? top * 1.08 : 1), ticks: 5, percent: isOfShares))
        var svg = frame.document()
        for (one, color) in zip(series, colors) {
            let outline = outline(one).map { frame.point($0.x, $0.y) }
            svg.polygon(outline, fill: color, opacity: 0.25)
            svg.polyline(outline, color: color, width: 1.4)
        }
        for mark in marks {
            let (low, high) = (frame.point(mark.value, 0), frame.point(mark.value, .infinity))
            svg.line(low, high, color: PlotFrame.grey, width: 1.2, dashes: "5 4")
        }
        for (row, mark) in marks.enumerated() {
            let high = frame.point(mark.value, .infinity)
            // Each in a row of its own: thresholds stand closer than their names are long.
            let top = high.y + 3 + 15 * Double(row % 8)
            // Over the lines before it.
            svg.rectangle(
                x: high.x + 3, y: top - 2, width: 6.4 * Double(mark.name.count), height: 14, fill: "#fff",
                opacity: 0.85)
            svg.text(mark.name, x: high.x + 5, y: top + 9, size: 11, color: "#444")
        }
        frame.finish(&svg, keys: zip(series, colors).map { .init(name: $0.name, color: $1) })
        return svg.text
    }

    private func edge(_ bar: Int, of count: Int) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * Double(bar) / Double(count)
    }

    private func outline(_ series: Series) -> [(x: Double, y: Double)] {
        let count = series.bars.count
        var points = [(edge(0, of: count), 0.0)]
        for (index, bar) in series.bars.enumerated() {
            points += [(edge(index, of: count), bar), (edge(index + 1, of: count), bar)]
        }
        return points + [(edge(count, of: count), 0)]
    }

    /// From a bar before the first that holds something to a bar after the last.
    private var shown: ClosedRange<Double> {
        let count = series.first?.bars.count ?? 1
        let filled = (0..<count).filter { index in series.contains { $0.bars[index] > 0 } }
        guard let first = filled.first, let last = filled.last else { return range }
        return edge(max(0, first - 1), of: count)...edge(min(count, last + 2), of: count)
    }
}

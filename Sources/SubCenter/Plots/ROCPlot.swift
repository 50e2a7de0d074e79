import Foundation

/// A ROC curve as an SVG, false accept rates on a logarithmic axis.
package struct ROCPlot: Sendable {
    /// A point of the curve with its confidence interval.
    package struct Mark: Sendable {
        let falseAcceptRate: Double
        let interval: ClosedRange<Double>

        package init(falseAcceptRate: Double, interval: ClosedRange<Double>) {
            self.falseAcceptRate = falseAcceptRate
            self.interval = interval
        }
    }

    private let title: String
    private let points: [ROCPoint]
    private let marks: [Mark]
    private let subtitle: String
    private let labels: (x: String, y: String)
    /// Decades of the axis: as far down as the impostor trials can show, at least two.
    private let decades: Int

    /// - Parameter subtitle: nil for the area, the equal error rate and the trials.
    package init(
        metrics: VerificationMetrics, title: String, subtitle: String? = nil,
        xLabel: String = "false accept rate", yLabel: String = "true accept rate", marks: [Mark] = []
    ) {
        self.title = title
        self.marks = marks
        labels = (xLabel, yLabel)
        points = metrics.roc
        decades = max(2, Int(log10(Double(max(metrics.impostors, 1))).rounded(.up)))
        self.subtitle = subtitle ?? Self.subtitle(metrics)
    }

    /// The SVG document, UTF-8. Without trials of both kinds it is the axes alone.
    package func svg() -> String {
        let frame = PlotFrame(
            title: title, subtitle: subtitle, x: .decades(labels.x, decades),
            y: .linear(labels.y, floor...1, percent: true))
        var svg = frame.document()
        svg.polyline(curve.map { frame.point($0.x, $0.y) }, color: PlotFrame.blue)
        for mark in marks {
            let ends = [mark.interval.lowerBound, mark.interval.upperBound].map {
                frame.point(mark.falseAcceptRate, $0)
            }
            svg.line(ends[0], ends[1], color: PlotFrame.red, width: 1.5)
            for end in ends {
                svg.line((end.x - 4, end.y), (end.x + 4, end.y), color: PlotFrame.red, width: 1.5)
            }
        }
        let keys = [PlotFrame.Key(name: "curve", color: PlotFrame.blue)]
        frame.finish(
            &svg, keys: marks.isEmpty ? [] : keys + [.init(name: "95 % interval", color: PlotFrame.red)])
        return svg.text
    }

    private static func subtitle(_ metrics: VerificationMetrics) -> String {
        let trials = "\(metrics.genuine) genuine, \(metrics.impostors) impostor pairs"
        guard let auc = metrics.auc, let eer = metrics.equalErrorRate else { return trials }
        return "AUC \(SVGDocument.fixed(auc, 5)) · EER \(SVGDocument.fixed(eer * 100, 2)) % · " + trials
    }

    /// A staircase.
    private var curve: [(x: Double, y: Double)] {
        var height = 0.0
        return points.flatMap { point in
            defer { height = point.trueAcceptRate }
            return [(point.falseAcceptRate, height), (point.falseAcceptRate, point.trueAcceptRate)]
        }
    }

    /// The lowest true accept rate shown: a round number under the curve's left end and the intervals.
    private var floor: Double {
        let left = points.last { $0.falseAcceptRate <= pow(10, -Double(decades)) }?.trueAcceptRate ?? 0
        let least = min(left, marks.map(\.interval.lowerBound).min() ?? 1)
        return [0.99, 0.98, 0.97, 0.96, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1].first {
            $0 < least
        } ?? 0
    }
}

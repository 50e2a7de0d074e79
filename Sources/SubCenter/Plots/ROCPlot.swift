import Foundation

/// A ROC curve as a small SVG, false accept rates on a logarithmic axis.
package struct ROCPlot: Sendable {
    package let title: String
    private let curvePoints: [ROCPoint]
    private let figures: String
    /// Decades of the axis: as far down as the impostor trials can show, at least two.
    private let decades: Int
    /// The lowest true accept rate shown: a whole tenth under the curve's left end.
    private let floor: Double

    private let width = 520.0
    private let height = 400.0
    private let left = 60.0
    private let top = 40.0
    private let plotWidth = 440.0
    private let plotHeight = 300.0

    package init(metrics: VerificationMetrics, title: String) {
        self.title = title
        let points = metrics.roc
        let decades = max(2, Int(log10(Double(max(metrics.impostors, 1))).rounded(.up)))
        let leftmost = points.last { $0.falseAcceptRate <= pow(10, -Double(decades)) }?.trueAcceptRate ?? 0
        floor = min(0.9, max(0, (leftmost * 10).rounded(.down) / 10))
        (curvePoints, self.decades) = (points, decades)
        figures = Self.figures(metrics)
    }

    /// The SVG document, UTF-8. Without trials of both kinds it is the axes alone.
    package func svg() -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" \
        viewBox="0 0 \(Int(width)) \(Int(height))" font-family="sans-serif" font-size="12">
        <rect width="100%" height="100%" fill="white"/>
        <text x="\(Int(left))" y="24" font-size="14">\(escaped(title))\(figures)</text>
        \(grid)
        <rect x="\(Int(left))" y="\(Int(top))" width="\(Int(plotWidth))" height="\(Int(plotHeight))" \
        fill="none" stroke="black"/>
        <polyline fill="none" stroke="#0b62a8" stroke-width="1.5" points="\(curve)"/>
        <text x="\(Int(left + plotWidth / 2))" y="388" text-anchor="middle">false accept rate</text>
        <text transform="translate(16 \(Int(top + plotHeight / 2))) rotate(-90)" text-anchor="middle">\
        true accept rate</text>
        </svg>

        """
    }

    private static func figures(_ metrics: VerificationMetrics) -> String {
        guard let auc = metrics.auc, let eer = metrics.equalErrorRate else { return "" }
        return " · AUC \(fixed(auc, 4)) · EER \(fixed(eer * 100, 2)) %"
    }

    private func x(_ rate: Double) -> Double {
        left + plotWidth * (1 + max(log10(max(rate, 1e-300)), -Double(decades)) / Double(decades))
    }

    private func y(_ rate: Double) -> Double {
        top + plotHeight * (1 - (max(rate, floor) - floor) / (1 - floor))
    }

    /// A staircase; points that fall on one tenth of a pixel are drawn once.
    private var curve: String {
        var points: [String] = []
        var height = y(0)
        for point in curvePoints {
            for next in [
                (x(point.falseAcceptRate), height), (x(point.falseAcceptRate), y(point.trueAcceptRate)),
            ] {
                let text = "\(Self.fixed(next.0, 1)),\(Self.fixed(next.1, 1))"
                if points.last != text { points.append(text) }
            }
            height = y(point.trueAcceptRate)
        }
        return points.joined(separator: " ")
    }

    private var grid: String {
        let columns = (0...decades).map { decade -> String in
            let at = Self.fixed(x(pow(10, -Double(decade))), 1)
            let line = "<path d=\"M\(at) \(Int(top))v\(Int(plotHeight))\" stroke=\"#ddd\"/>"
            return line
                + "<text x=\"\(at)\" y=\"358\" text-anchor=\"middle\">\(decade == 0 ? "1" : "1e-\(decade)")</text>"
        }
        let rows = (0...4).map { step -> String in
            let rate = floor + (1 - floor) * Double(step) / 4
            let at = Self.fixed(y(rate), 1)
            let line = "<path d=\"M\(Int(left)) \(at)h\(Int(plotWidth))\" stroke=\"#ddd\"/>"
            return line
                + "<text x=\"\(Int(left) - 6)\" y=\"\(at)\" dy=\"4\" text-anchor=\"end\">\(Self.fixed(rate, 3))</text>"
        }
        return (columns + rows).joined(separator: "\n")
    }

    private static func fixed(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }

    private func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
    }
}

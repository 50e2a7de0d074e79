import Foundation

/// One axis of a plot: what stands where on it.
struct PlotAxis {
    let label: String
    let ticks: [(value: Double, text: String)]
    private let least: Double
    private let greatest: Double
    private let isLogarithmic: Bool

    /// Evenly divided, about `count` ticks at round numbers.
    static func linear(
        _ label: String, _ range: ClosedRange<Double>, ticks count: Int = 6, percent: Bool = false
    ) -> PlotAxis {
        let step = roundStep(range, count)
        let first = Int((range.lowerBound / step - 1e-9).rounded(.up))
        let last = Int((range.upperBound / step + 1e-9).rounded(.down))
        let digits = max(0, Int((-log10(percent ? step * 100 : step)).rounded(.up)))
        let ticks = stride(from: first, through: last, by: 1).map { index -> (value: Double, text: String) in
            let value = Double(index) * step
            let text = SVGDocument.fixed(percent ? value * 100 : value, digits)
            return (value, percent ? text + " %" : text)
        }
        return PlotAxis(
            label: label, ticks: ticks, least: range.lowerBound, greatest: range.upperBound,
            isLogarithmic: false)
    }

    /// From 10^-`decades` to 1, a tick a decade.
    static func decades(_ label: String, _ decades: Int) -> PlotAxis {
        let ticks = (0...decades).map { decade -> (value: Double, text: String) in
            (pow(10, -Double(decade)), decade == 0 ? "1" : "1e-\(decade)")
        }
        return PlotAxis(
            label: label, ticks: ticks, least: -Double(decades), greatest: 0, isLogarithmic: true)
    }

    /// 0 at the axis' beginning, 1 at its end; what lies beyond is put there.
    func position(_ value: Double) -> Double {
        let place = isLogarithmic ? log10(max(value, 1e-300)) : value
        return min(1, max(0, (place - least) / (greatest - least)))
    }

    /// 1, 2 or 5 times a power of ten.
    private static func roundStep(_ range: ClosedRange<Double>, _ count: Int) -> Double {
        let rough = max(range.upperBound - range.lowerBound, 1e-12) / Double(count)
        let power = pow(10, log10(rough).rounded(.down))
        return power * ([1, 2, 5].first { $0 * power >= rough * 0.999 } ?? 10)
    }
}

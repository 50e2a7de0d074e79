/// Where a plot is drawn: a heading, two axes with their grid, a legend.
struct PlotFrame {
    /// A name in the legend.
    struct Key {
        let name: String
        let color: String
    }

    let title: String
    let subtitle: String
    let x: PlotAxis
    let y: PlotAxis

    /// Distinguished by colour-blind people as well (Okabe and Ito).
    static let blue = "#0072b2"
    static let red = "#d55e00"
    static let grey = "#777"

    private static let left = 86.0
    private static let top = 64.0
    private static let width = 560.0
    private static let height = 320.0
    private static let bottom = top + height
    private static let right = left + width

    /// A point in the drawing.
    func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        (
            Self.left + Self.width * self.x.position(x),
            Self.bottom - Self.height * self.y.position(y)
        )
    }

    /// The empty plot; curves are drawn on it.
    func document() -> SVGDocument {
        var svg = SVGDocument(width: Self.right + 28, height: Self.bottom + 56)
        svg.text(title, x: Self.left, y: 28, size: 16, color: "#111", isBold: true)
        svg.text(subtitle, x: Self.left, y: 48, color: "#555")
        for tick in x.ticks {
            let at = point(tick.value, 0).x
            svg.line((at, Self.top), (at, Self.bottom), color: "#e6e6e6")
            svg.text(tick.text, x: at, y: Self.bottom + 18, anchor: .middle)
        }
        for tick in y.ticks {
            let at = Self.bottom - Self.height * y.position(tick.value)
            svg.line((Self.left, at), (Self.right, at), color: "#e6e6e6")
            svg.text(tick.text, x: Self.left - 8, y: at + 4, anchor: .end)
        }
        svg.text(x.label, x: (Self.left + Self.right) / 2, y: Self.bottom + 42, size: 13, anchor: .middle)
        svg.text(
            y.label, x: 20, y: (Self.top + Self.bottom) / 2, size: 13, anchor: .middle, isUpright: true)
        return svg
    }

    /// The axes over the curves, and the legend on the right of the heading.
    func finish(_ svg: inout SVGDocument, keys: [Key]) {
        svg.line((Self.left, Self.bottom), (Self.right, Self.bottom), color: "#333", width: 1.2)
        svg.line((Self.left, Self.top), (Self.left, Self.bottom), color: "#333", width: 1.2)
        var end = Self.right
        for key in keys.reversed() {
            // A little more than letters take on average.
            end -= 7 * Double(key.name.count)
            svg.text(key.name, x: end, y: 28)
            svg.rectangle(x: end - 18, y: 18, width: 12, height: 12, fill: key.color, opacity: 0.85)
            end -= 34
        }
    }
}

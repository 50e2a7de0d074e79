import Foundation

/// An SVG drawing under way: elements in the order in which they are drawn, numbers with one decimal.
struct SVGDocument {
    let width: Double
    let height: Double
    private var elements: [String] = []

    /// Where a text stands by its point.
    enum Anchor: String {
        case start, middle, end
    }

    init(width: Double, height: Double) {
        (self.width, self.height) = (width, height)
    }

    /// The document, UTF-8.
    var text: String {
        let size = "\(Self.number(width)) \(Self.number(height))"
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" width="\(Self.number(width))" \
            height="\(Self.number(height))" font-family="'DejaVu Sans',Helvetica,Arial,sans-serif">
            <rect width="100%" height="100%" fill="#fff"/>
            \(elements.joined(separator: "\n"))
            </svg>

            """
    }

    mutating func text(
        _ text: String, x: Double, y: Double, size: Double = 12, anchor: Anchor = .start,
        color: String = "#333",
        isBold: Bool = false, isUpright: Bool = false
    ) {
        let place =
            isUpright
            ? "transform=\"translate(\(Self.number(x)) \(Self.number(y))) rotate(-90)\""
            : "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
        elements.append(
            "<text \(place) font-size=\"\(Self.number(size))\" fill=\"\(color)\" text-anchor=\"\(anchor.rawValue)\""
                + (isBold ? " font-weight=\"bold\"" : "") + ">\(Self.escaped(text))</text>")
    }

    mutating func line(
        _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), color: String, width: Double = 1,
        dashes: String? = nil
    ) {
        elements.append(
            "<path d=\"M\(Self.point(from))L\(Self.point(to))\" stroke=\"\(color)\""
                + " stroke-width=\"\(Self.number(width))\""
                + (dashes.map { " stroke-dasharray=\"\($0)\"" } ?? "") + "/>")
    }

    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, fill: String, opacity: Double = 1
    ) {
        elements.append(
            "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\""
                + " height=\"\(Self.number(height))\" fill=\"\(fill)\" fill-opacity=\"\(opacity)\"/>")
    }

    /// A line through points; those that fall on one tenth of a pixel are drawn once.
    mutating func polyline(_ points: [(x: Double, y: Double)], color: String, width: Double = 1.8) {
        elements.append(
            "<polyline fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(Self.number(width))\""
                + " stroke-linejoin=\"round\" points=\"\(Self.path(points))\"/>")
    }

    mutating func polygon(_ points: [(x: Double, y: Double)], fill: String, opacity: Double) {
        elements.append(
            "<polygon fill=\"\(fill)\" fill-opacity=\"\(opacity)\" points=\"\(Self.path(points))\"/>")
    }

    private static func path(_ points: [(x: Double, y: Double)]) -> String {
        var texts: [String] = []
        for text in points.map(point) where texts.last != text { texts.append(text) }
        return texts.joined(separator: " ")
    }

    private static func point(_ point: (x: Double, y: Double)) -> String {
        "\(number(point.x)),\(number(point.y))"
    }

    private static func number(_ value: Double) -> String {
        let text = fixed(value, 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// The number with `digits` decimals, the same in every locale.
    static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
    }
}

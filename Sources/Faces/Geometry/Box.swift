/// An upright rectangle in pixels. It may reach past the image's border, as a detector's boxes do.
package struct Box: Sendable, Equatable, Hashable, Codable {
    package var x: Float
    package var y: Float
    package var width: Float
    package var height: Float

    package init(x: Float, y: Float, width: Float, height: Float) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// Square pixels; zero or less for an empty or inverted box.
    package var area: Float { width * height }

    /// The shorter side, by which faces are filtered (`DetectionOptions.minimumSize`).
    package var shorterSide: Float { min(width, height) }

    /// All four numbers are finite and both sides positive.
    package var isSound: Bool {
        x.isFinite && y.isFinite && width.isFinite && height.isFinite && width > 0 && height > 0
            && (x + width).isFinite && (y + height).isFinite
    }

    /// Intersection over union, 0...1; 0 when the boxes do not meet or either is empty.
    package func intersectionOverUnion(_ other: Box) -> Float {
        let shared =
            max(0, min(x + width, other.x + other.width) - max(x, other.x))
            * max(0, min(y + height, other.y + other.height) - max(y, other.y))
        let union = area + other.area - shared
        return union > 0 ? shared / union : 0
    }
}

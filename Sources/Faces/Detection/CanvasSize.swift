/// The size in pixels of what a detection network looks at.
package struct CanvasSize: Sendable, Hashable {
    package let width: Int
    package let height: Int

    /// Both sides must be positive multiples of `CanvasSize.step`; traps otherwise, callers check.
    package init(width: Int, height: Int) {
        precondition(Self.isValid(width) && Self.isValid(height))
        self.width = width
        self.height = height
    }

    /// The coarsest stride of SCRFD and YuNet; with a multiple of it the cells of all strides come out even.
    package static let step = 32

    /// Pixels; 4096 squared is 200 MB of input tensor, more is a mistake in the configuration.
    package static let maximumSide = 4_096

    /// A side that a canvas may have.
    package static func isValid(_ side: Int) -> Bool {
        side >= step && side <= maximumSide && side % step == 0
    }

    /// A square canvas.
    package static func square(_ side: Int) -> CanvasSize { CanvasSize(width: side, height: side) }

    /// The canvas without the rows or columns that a placement leaves black to its right and below: a quarter
    /// less to compute for a photograph of 4:3. In quarters, so that a network has few sizes to be planned
    /// for.
    package func trimmed(to placement: Placement) -> CanvasSize {
        CanvasSize(
            width: Self.trimmed(width, to: placement.left * 2 + placement.width),
            height: Self.trimmed(height, to: placement.top * 2 + placement.height))
    }

    private static func trimmed(_ side: Int, to needed: Int) -> Int {
        let quarter = (side / 4 + step - 1) / step * step
        return min(side, max(1, (needed + quarter - 1) / quarter) * quarter)
    }

    /// A canvas of half the size, for a first look; nil where half would be too small to see anything in.
    var forGlance: CanvasSize? {
        let sides = [width, height].map { ($0 / 2 + Self.step - 1) / Self.step * Self.step }
        return sides.min()! < Self.leastGlance ? nil : CanvasSize(width: sides[0], height: sides[1])
    }

    /// Pixels.
    private static let leastGlance = 320

    /// Cells of a feature map with this stride.
    func cells(stride: Int) -> Int { (width / stride) * (height / stride) }
}

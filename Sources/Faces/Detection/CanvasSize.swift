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

    /// Cells of a feature map with this stride.
    func cells(stride: Int) -> Int { (width / stride) * (height / stride) }
}

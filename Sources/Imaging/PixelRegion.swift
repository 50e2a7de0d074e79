/// A rectangle of whole pixels; `x` and `y` are its top left corner and may lie outside the image.
package struct PixelRegion: Sendable, Equatable {
    package let x, y, width, height: Int

    /// A region of `width` by `height` pixels, neither negative; traps otherwise.
    package init(x: Int, y: Int, width: Int, height: Int) {
        precondition(width >= 0 && height >= 0, "a region cannot have a negative size")
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The part that lies on an image of `width` by `height`, or nil when there is none.
    package func clipped(toWidth width: Int, height: Int) -> PixelRegion? {
        fatalError("not yet")
    }
}

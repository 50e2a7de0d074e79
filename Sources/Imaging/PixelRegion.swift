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
        guard let columns = Self.overlap(start: x, count: self.width, limit: width),
            let rows = Self.overlap(start: y, count: self.height, limit: height)
        else { return nil }
        return PixelRegion(
            x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    }

    /// `start ..< start + count` cut to `0 ..< limit`, or nil when nothing is left. An end beyond `Int` is no
    /// trap.
    private static func overlap(start: Int, count: Int, limit: Int) -> Range<Int>? {
        let (sum, overflows) = start.addingReportingOverflow(count)
        let first = max(start, 0)
        let end = min(overflows ? Int.max : sum, limit)
        return first < end ? first..<end : nil
    }
}

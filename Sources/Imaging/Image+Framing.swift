extension Image {
    /// The picture with borders of `color` added; counts in pixels, not negative.
    package func padded(
        left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0, color: PixelColor = .black
    ) -> Image {
        precondition(min(left, top, right, bottom) >= 0, "a border cannot be negative")
        let frame = PixelRegion(x: -left, y: -top, width: left + width + right, height: top + height + bottom)
        return cropped(to: frame, color: color)
    }

    /// The pixels of `region`; what lies outside the picture is `color`. Traps on an empty region.
    package func cropped(to region: PixelRegion, color: PixelColor = .black) -> Image {
        guard let inside = region.clipped(toWidth: width, height: height) else {
            return Image(width: region.width, height: region.height, color: color)
        }
        if inside == region, region == PixelRegion(x: 0, y: 0, width: width, height: height) { return self }
        // Where the region lies wholly on the picture, nothing needs the colour.
        var result =
            inside == region
            ? Image(width: region.width, height: region.height) { copy(inside, of: region, to: $0) }
            : Image(width: region.width, height: region.height, color: color)
        if inside != region {
            result.pixels.withUnsafeMutableBufferPointer { copy(inside, of: region, to: $0) }
        }
        return result
    }

    /// Copies the pixels of `inside` to where they lie within `region`.
    private func copy(
        _ inside: PixelRegion, of region: PixelRegion, to target: UnsafeMutableBufferPointer<UInt8>
    ) {
        pixels.withUnsafeBufferPointer { source in
            for y in inside.y..<inside.y + inside.height {
                let from = source.baseAddress! + (y * width + inside.x) * 3
                let to = target.baseAddress! + ((y - region.y) * region.width + inside.x - region.x) * 3
                to.update(from: from, count: inside.width * 3)
            }
        }
    }
}

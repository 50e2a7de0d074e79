/// A picture in memory: RGB, 8 bits a channel, interleaved, rows from the top, no padding between rows.
package struct Image: Sendable, Equatable {
    package let width, height: Int
    /// `width * height * 3` bytes; a writer must not change the count.
    package var pixels: [UInt8]

    /// A picture of pixels at hand; traps unless there are exactly `width * height * 3` and both sides are
    /// positive.
    package init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "an image has at least one pixel")
        precondition(pixels.count == width * height * 3, "RGB pixels do not fill \(width)x\(height)")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// A picture of one colour.
    package init(width: Int, height: Int, color: PixelColor) {
        self.init(width: width, height: height) { target in
            if color == .grey(color.red) { return target.initialize(repeating: color.red) }
            for start in stride(from: 0, to: target.count, by: 3) {
                target[start] = color.red
                target[start + 1] = color.green
                target[start + 2] = color.blue
            }
        }
    }

    /// A picture whose every byte `fill` writes: it starts undefined.
    init(width: Int, height: Int, fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
        precondition(width > 0 && height > 0, "an image has at least one pixel")
        let count = width * height * 3
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
            fill(UnsafeMutableBufferPointer(rebasing: target[..<count]))
            initialized = count
        }
        self.init(width: width, height: height, pixels: pixels)
    }

    /// The colour at column `x`, row `y`; traps outside the picture. For tests and single look-ups, not for
    /// loops.
    package subscript(x: Int, y: Int) -> PixelColor {
        precondition((0..<width).contains(x) && (0..<height).contains(y), "outside the picture")
        let start = (y * width + x) * 3
        return PixelColor(red: pixels[start], green: pixels[start + 1], blue: pixels[start + 2])
    }
}

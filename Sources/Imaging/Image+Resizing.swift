extension Image {
    /// The picture at another size: bilinear, pixel centres at half coordinates, edges repeated, as OpenCV's
    /// `INTER_LINEAR` to the bit. Does not average when reducing. Traps unless both sides are positive.
    package func resized(width: Int, height: Int) -> Image {
        if width == self.width, height == self.height { return self }
        let resize = LinearResize(
            sourceWidth: self.width, sourceHeight: self.height, width: width, height: height)
        return pixels.withUnsafeBufferPointer { source in
            resize.run { source.baseAddress! + $0 * self.width * 3 }
        }
    }
}

extension PlanarPicture {
    /// As `Image.resized`, of the stored picture; rows between those that are sampled are never made RGB.
    func resized(width: Int, height: Int) -> Image {
        let resize = LinearResize(
            sourceWidth: self.width, sourceHeight: self.height, width: width, height: height)
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: self.width * 3) { line in
            resize.run { row in
                writeRow(row, count: self.width, to: line.baseAddress!)
                return UnsafePointer(line.baseAddress!)
            }
        }
    }
}

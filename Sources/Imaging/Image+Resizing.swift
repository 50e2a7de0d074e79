extension Image {
    /// The picture at another size: bilinear, pixel centres at half coordinates, edges repeated, as OpenCV's
    /// `INTER_LINEAR` to the bit. Does not average when reducing. Traps unless both sides are positive.
    package func resized(width: Int, height: Int, sharing: RowSharing = .none) -> Image {
        if width == self.width, height == self.height { return self }
        let resize = LinearResize(
            sourceWidth: self.width, sourceHeight: self.height, width: width, height: height)
        return pixels.withUnsafeBufferPointer { source in
            resize.run(sharing: sharing) { y, _ in source.baseAddress! + y * self.width * 3 }
        }
    }
}

extension PlanarPicture {
    /// As `Image.resized`, of the stored picture; rows between those that are sampled are never made RGB.
    func resized(width: Int, height: Int, sharing: RowSharing) -> Image {
        let resize = LinearResize(
            sourceWidth: self.width, sourceHeight: self.height, width: width, height: height)
        return resize.run(sharing: sharing) { y, room in
            self.writeRow(y, count: self.width, to: room)
            return UnsafePointer(room)
        }
    }
}

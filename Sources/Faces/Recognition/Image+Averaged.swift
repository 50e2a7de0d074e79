package import Imaging

extension Image {
    /// The picture reduced by a whole factor: each pixel is the rounded mean of a block of `factor` by
    /// `factor`; blocks at the right and lower edge are as small as what is left. Traps unless `factor` is
    /// positive.
    package func averaged(by factor: Int) -> Image {
        precondition(factor > 0)
        let columns = (width + factor - 1) / factor, rows = (height + factor - 1) / factor
        var target = [UInt8](repeating: 0, count: columns * rows * 3)
        var sums = [UInt32](repeating: 0, count: columns * 3)
        for row in 0..<rows {
            let lines = row * factor..<min(height, (row + 1) * factor)
            sums.withUnsafeMutableBufferPointer { sums in
                sums.update(repeating: 0)
                for line in lines { add(line: line, factor: factor, to: sums) }
            }
            for column in 0..<columns {
                let count = UInt32(lines.count * (min(width, (column + 1) * factor) - column * factor))
                for channel in 0..<3 {
                    let index = column * 3 + channel
                    target[row * columns * 3 + index] = UInt8((sums[index] + count / 2) / count)
                }
            }
        }
        return Image(width: columns, height: rows, pixels: target)
    }

    private func add(line: Int, factor: Int, to sums: UnsafeMutableBufferPointer<UInt32>) {
        pixels.withUnsafeBufferPointer { pixels in
            var from = line * width * 3
            for x in 0..<width {
                let to = x / factor * 3
                sums[to] += UInt32(pixels[from])
                sums[to + 1] += UInt32(pixels[from + 1])
                sums[to + 2] += UInt32(pixels[from + 2])
                from += 3
            }
        }
    }
}

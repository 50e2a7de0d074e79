/// What a picture costs by itself: total variation and length, as DeepInversion's `get_image_prior_losses`
/// has them.
///
/// The total variation is the sum of four lengths, those of the differences of all pixels to the one at the
/// right, the one below and the two below aside.
package struct PicturePenalty: Sendable {
    package let width, height: Int

    package init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

    /// The total variation of three planes; adds `weight` times its derivative to `gradient`.
    package func variation(of picture: [Float], weight: Float, into gradient: inout [Float]) -> Float {
        var sum = 0.0
        for (dx, dy) in Self.neighbours {
            let length = differences(picture, dx, dy).squareRoot()
            sum += length
            // A length has no derivative at nothing; nothing is where it is least.
            guard length > 0 else { continue }
            add(Float(Double(weight) / length), picture, dx, dy, into: &gradient)
        }
        return Float(sum)
    }

    /// The length of the picture, which is 0 where all is grey; adds `weight` times its derivative to
    /// `gradient`.
    package func length(of picture: [Float], weight: Float, into gradient: inout [Float]) -> Float {
        let length = picture.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length > 0 else { return 0 }
        let factor = Float(Double(weight) / length)
        for index in picture.indices { gradient[index] += factor * picture[index] }
        return Float(length)
    }

    private static let neighbours = [(1, 0), (0, 1), (1, 1), (-1, 1)]

    /// The sum of the squares of the differences of each pixel to its neighbour.
    private func differences(_ picture: [Float], _ dx: Int, _ dy: Int) -> Double {
        var sum = 0.0
        picture.withUnsafeBufferPointer { picture in
            forEachRow(dx, dy) { row in
                // A row in single precision: its few numbers lose nothing that counts.
                var part: Float = 0
                for index in row {
                    let difference = picture[index + dy * width + dx] - picture[index]
                    part += difference * difference
                }
                sum += Double(part)
            }
        }
        return sum
    }

    private func add(
        _ factor: Float, _ picture: [Float], _ dx: Int, _ dy: Int, into gradient: inout [Float]
    ) {
        picture.withUnsafeBufferPointer { picture in
            gradient.withUnsafeMutableBufferPointer { gradient in
                forEachRow(dx, dy) { row in
                    for index in row {
                        let neighbour = index + dy * width + dx
                        let part = factor * (picture[neighbour] - picture[index])
                        gradient[neighbour] += part
                        gradient[index] -= part
                    }
                }
            }
        }
    }

    /// The pixels of each row, of each plane, that have such a neighbour.
    private func forEachRow(_ dx: Int, _ dy: Int, _ body: (Range<Int>) -> Void) {
        for plane in 0..<3 {
            for y in 0..<height - dy {
                let row = (plane * height + y) * width
                body(row + max(0, -dx)..<row + width - max(0, dx))
            }
        }
    }
}

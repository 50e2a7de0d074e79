extension Resize {
    /// Whether `runBlocks` can do it: nearest, and of `[batch, channels, height, width]` only the last two change.
    package var isNearestOfImages: Bool { axes.count == 4 && isNearestInRows }

    /// The resize of images in channel blocks. Traps where `isNearestOfImages` is false.
    package func runBlocks(
        input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        precondition(isNearestOfImages, "a resize that is not of images, to the nearest")
        let (rows, columns) = (axes[2], axes[3])
        let planes = inputShape[0] * ChannelBlocks.count(inputShape[1])
        RowBands(planes: planes, rows: rows.output, rowCost: columns.output).run(pool) { plane, band in
            for y in band {
                let source = pixels(input, (plane * rows.input + rows.indices[y]) * columns.input)
                let target =
                    UnsafeMutableRawPointer(output)
                    + (plane * rows.output + y) * columns.output * Resize.pixelBytes
                for x in 0..<columns.output {
                    let pixel = source.loadUnaligned(
                        fromByteOffset: columns.indices[x] &* Resize.pixelBytes, as: SIMD16<Float>.self)
                    target.storeBytes(of: pixel, toByteOffset: x &* Resize.pixelBytes, as: SIMD16<Float>.self)
                }
            }
        }
    }

    private static let pixelBytes = ChannelBlocks.width * MemoryLayout<Float>.stride

    private func pixels(_ blocks: UnsafePointer<Float>, _ index: Int) -> UnsafeRawPointer {
        UnsafeRawPointer(blocks) + index * Resize.pixelBytes
    }
}

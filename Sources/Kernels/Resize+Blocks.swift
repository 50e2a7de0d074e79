import CKernels

extension Resize {
    /// Whether `runBlocks` can do it: nearest, and of `[batch, channels, height, width]` only the last two change.
    package var isNearestOfImages: Bool { axes.count == 4 && isNearestInRows }

    /// The resize of images in channel blocks, with a residual added, which may be the output itself, and an activation
    /// of the sum. Traps where `isNearestOfImages` is false, and on a PReLU.
    package func runBlocks(
        input: UnsafePointer<Float>, residual: UnsafePointer<Float>? = nil, activation: Activation = .none,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool, table: KernelTable = .current
    ) {
        precondition(!activation.isPerChannel, "a resize does not tell channels apart")
        precondition(isNearestOfImages, "a resize that is not of images, to the nearest")
        let (rows, columns) = (axes[2], axes[3])
        let planes = inputShape[0] * ChannelBlocks.count(inputShape[1])
        let function = ck_activation(activation)
        RowBands(planes: planes, rows: rows.output, rowCost: columns.output).run(pool) { plane, band in
            for y in band {
                let source = pixels(input, (plane * rows.input + rows.indices[y]) * columns.input)
                let first = (plane * rows.output + y) * columns.output
                let row = output + first * ChannelBlocks.width
                let target = UnsafeMutableRawPointer(row)
                if let residual {
                    add(source, to: pixels(residual, first), target)
                } else {
                    copy(source, target)
                }
                guard activation != .none else { continue }
                table.functions.pointee.epilogue(
                    row, nil, row, columns.output * ChannelBlocks.width, 0, function)
            }
        }
    }

    private func copy(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer) {
        let columns = axes[3]
        for x in 0..<columns.output {
            target.storeBytes(
                of: pixel(source, columns.indices[x]), toByteOffset: x &* Resize.pixelBytes, as: Pixel.self)
        }
    }

    private func add(
        _ source: UnsafeRawPointer, to residual: UnsafeRawPointer, _ target: UnsafeMutableRawPointer
    ) {
        let columns = axes[3]
        for x in 0..<columns.output {
            target.storeBytes(
                of: pixel(source, columns.indices[x]) + pixel(residual, x),
                toByteOffset: x &* Resize.pixelBytes, as: Pixel.self)
        }
    }

    private typealias Pixel = SIMD16<Float>

    private func pixel(_ row: UnsafeRawPointer, _ index: Int) -> Pixel {
        row.loadUnaligned(fromByteOffset: index &* Resize.pixelBytes, as: Pixel.self)
    }

    private static let pixelBytes = ChannelBlocks.width * MemoryLayout<Float>.stride

    private func pixels(_ blocks: UnsafePointer<Float>, _ index: Int) -> UnsafeRawPointer {
        UnsafeRawPointer(blocks) + index * Resize.pixelBytes
    }
}

import CKernels

extension Resize {
    /// Whether `runBlocks` can do it: of `[batch, channels, height, width]` only the last two change, to the
    /// nearest or linearly, and every output comes of the input.
    package var isOfImages: Bool {
        axes.count == 4 && (isNearestInRows || isLinearInRows) && axes.allSatisfy(\.outside.isEmpty)
    }

    /// The resize of images in channel blocks, with a residual added, which may be the output itself, and an
    /// activation of the sum. Traps where `isOfImages` is false, and on a PReLU.
    package func runBlocks(
        input: UnsafePointer<Float>, residual: UnsafePointer<Float>? = nil, activation: Activation = .none,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool, table: KernelTable = .current
    ) {
        precondition(!activation.isPerChannel, "a resize does not tell channels apart")
        precondition(isOfImages, "a resize that is not of images")
        guard !outputShape.contains(0) else { return }
        let (rows, columns) = (axes[2], axes[3])
        let width = columns.output * ChannelBlocks.width
        let function = ck_activation(activation)
        withLinearForm { form in
            eachRows(of: inputShape[0] * ChannelBlocks.count(inputShape[1]), pool) { plane, band in
                let source = input + plane * rows.input * columns.input * ChannelBlocks.width
                let first = (plane * rows.output + band.lowerBound) * width
                let added = residual.map { $0 + first }
                if let form {
                    table.functions.pointee.blocked_resize_rows(
                        form, source, band.lowerBound, band.count, added, output + first)
                } else {
                    nearest(source, band, adding: added, output + first)
                }
                guard activation != .none else { return }
                table.functions.pointee.epilogue(
                    output + first, nil, output + first, band.count * width, 0, function)
            }
        }
    }

    /// Calls `body` with some rows of the output of each plane.
    func eachRows(of planes: Int, _ pool: WorkerPool, _ body: (_ plane: Int, _ rows: Range<Int>) -> Void) {
        let (rows, columns) = (axes[axes.count - 2], axes[axes.count - 1])
        RowBands(planes: planes, rows: rows.output, rowCost: columns.output).run(pool, body)
    }

    // MARK: Nearest

    /// Some rows of one plane of blocks, of which `residual` and `output` begin at the first.
    private func nearest(
        _ plane: UnsafePointer<Float>, _ band: Range<Int>, adding residual: UnsafePointer<Float>?,
        _ output: UnsafeMutablePointer<Float>
    ) {
        let (rows, columns) = (axes[2], axes[3])
        for (index, y) in band.enumerated() {
            let source = pixels(plane, rows.indices[y] * columns.input)
            let first = index * columns.output
            let target = UnsafeMutableRawPointer(output + first * ChannelBlocks.width)
            if let residual {
                add(source, to: pixels(residual, first), target)
            } else {
                copy(source, target)
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

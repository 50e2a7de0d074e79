import CKernels

/// Convolutions as one matrix product over windows that are read in place, from a copy of the input in the
/// products' numbers: bfloat16, or bytes.
extension BlockedConvolution {
    /// The windows of an input of this size.
    func windowLayout(_ geometry: ConvolutionGeometry) -> WindowLayout {
        WindowLayout(parameters, geometry, wholeWeights?.cell ?? WindowLayout.Cell(blocks: 2, numberBytes: 2))
    }

    private var windowKernels: ck_window_kernels {
        let kernels = table.functions.pointee
        return wholeWeights == nil ? kernels.windows!.pointee : kernels.byte_windows!.pointee
    }

    /// Strips, numbered over all images, are taken in groups.
    func implicitGemmWork(_ layout: WindowLayout, batch: Int, threads: Int) -> GroupedWork {
        GroupedWork(
            items: batch * layout.strips, atLeast: 1, atMost: 64, outputBlocks: outputBlocks,
            threads: threads,
            pointBytes: { $0 * layout.stripBytes }, productFloats: { _ in 0 })
    }

    func runImplicitGemm(_ call: Call, _ pool: WorkerPool) {
        let layout = windowLayout(call.geometry)
        let zeros = BlockedFinish.padded([], channels: layout.cell.blocks * ChannelBlocks.width)
        implicitGemmWork(layout, batch: call.geometry.batch, threads: pool.threads).run(
            scratch: call.scratch!, parts: layout.cells, pool: pool
        ) { strips, cell, points, _ in
            for strip in strips {
                round(
                    call, layout, strip, cell, zeros: zeros.floats,
                    to: points + (strip - strips.lowerBound) * layout.stripBytes)
            }
        } multiply: { strips, blocks, points, _ in
            func multiplyStrips(_ blocks: Range<Int>) {
                for strip in strips {
                    multiply(
                        call, layout, strip, blocks, points + (strip - strips.lowerBound) * layout.stripBytes)
                }
            }
            guard let narrowWeights else { return multiplyStrips(blocks) }
            narrowWeights.eachCall(blocks, multiplyStrips)
        }
    }

    private static func outputRows(_ strip: Int, _ layout: WindowLayout, _ geometry: ConvolutionGeometry)
        -> Range<Int>
    {
        let first = strip % layout.strips * layout.stripRows
        return first..<min(geometry.outputHeight, first + layout.stripRows)
    }

    /// One cell of input blocks, as far as a strip reads it.
    private func round(
        _ call: Call, _ layout: WindowLayout, _ strip: Int, _ cell: Int, zeros: UnsafePointer<Float>,
        to points: UnsafeMutableRawPointer
    ) {
        let (geometry, width) = (call.geometry, ChannelBlocks.width)
        let kernels = windowKernels
        let first = cell * layout.cell.blocks
        let plane = geometry.inputPlane * width
        let input = call.input + (strip / layout.strips * inputBlocks + first) * plane
        let outside = border.map { UnsafePointer($0.floats) + first * width } ?? zeros
        var form = ck_cells(
            blocks: min(layout.cell.blocks, inputBlocks - first), cell_blocks: layout.cell.blocks,
            block_step: plane, stride: parameters.strideWidth * width,
            inverse: wholeWeights.map { 1 / $0.grid.step } ?? 0,
            zero: Int32(wholeWeights?.grid.zero ?? 0))
        var outsideForm = form
        (outsideForm.block_step, outsideForm.stride) = (width, 0)
        layout.eachPiece(of: cell, Self.outputRows(strip, layout, geometry), geometry) { at, piece in
            switch piece {
            case .outside(let count):
                kernels.points(&outsideForm, outside, count, points + at)
            case .row(let row, let column, let count):
                kernels.points(
                    &form, input + (row * geometry.inputWidth + column) * width, count, points + at)
            }
        }
    }

    private func multiply(
        _ call: Call, _ layout: WindowLayout, _ strip: Int, _ blocks: Range<Int>, _ points: UnsafeRawPointer
    ) {
        let (geometry, width) = (call.geometry, ChannelBlocks.width)
        let rows = Self.outputRows(strip, layout, geometry)
        let plane = geometry.outputPlane * width
        let at =
            (strip / layout.strips * outputBlocks + blocks.lowerBound) * plane
            + rows.lowerBound * geometry.outputWidth * width
        let weights =
            wholeWeights?.rows(ofBlock: blocks.lowerBound) ?? narrowWeights!.rows(ofBlock: blocks.lowerBound)
        layout.offsets.withUnsafeBufferPointer { offsets in
            var shape = ck_windows(
                cells: layout.cells, cell_stride: layout.planeBytes, cell: layout.cell.bytes, taps: taps,
                offsets: offsets.baseAddress, rows: rows.count, width: geometry.outputWidth,
                pitch: layout.pitch, outputs: blocks.count,
                weight_step: wholeWeights?.blockBytes ?? narrowWeights!.blockBytes, output_step: plane)
            windowKernels.rows(
                &shape, call.finish, points, weights, blocks.lowerBound * width,
                call.residual.map { $0 + at }, call.output + at)
        }
    }
}

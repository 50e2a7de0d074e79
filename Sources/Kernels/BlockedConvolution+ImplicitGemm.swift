import CKernels

/// Convolutions as one matrix product, in bfloat16, over windows that are read in place from a rounded copy of the input.
extension BlockedConvolution {
    /// Strips, numbered over all images, are taken in groups.
    func implicitGemmWork(_ layout: WindowLayout, batch: Int, threads: Int) -> GroupedWork {
        GroupedWork(
            items: batch * layout.strips, atLeast: 1, atMost: 64, outputBlocks: outputBlocks,
            threads: threads,
            pointBytes: { $0 * layout.stripBytes }, productFloats: { _ in 0 })
    }

    func runImplicitGemm(_ call: Call, _ pool: WorkerPool) {
        let layout = WindowLayout(parameters, call.geometry)
        let zeros = BlockedFinish.padded([], channels: WindowLayout.channels)
        implicitGemmWork(layout, batch: call.geometry.batch, threads: pool.threads).run(
            scratch: call.scratch!, parts: layout.pairs, pool: pool
        ) { strips, pair, points, _ in
            for strip in strips {
                round(
                    call, layout, strip, pair, zeros: zeros.floats,
                    to: points + (strip - strips.lowerBound) * layout.stripBytes)
            }
        } multiply: { strips, blocks, points, _ in
            narrowWeights!.eachCall(blocks) { blocks in
                for strip in strips {
                    multiply(
                        call, layout, strip, blocks, points + (strip - strips.lowerBound) * layout.stripBytes)
                }
            }
        }
    }

    private static func outputRows(_ strip: Int, _ layout: WindowLayout, _ geometry: ConvolutionGeometry)
        -> Range<Int>
    {
        let first = strip % layout.strips * layout.stripRows
        return first..<min(geometry.outputHeight, first + layout.stripRows)
    }

    /// One pair of input blocks, as far as a strip reads it.
    private func round(
        _ call: Call, _ layout: WindowLayout, _ strip: Int, _ pair: Int, zeros: UnsafePointer<Float>,
        to points: UnsafeMutableRawPointer
    ) {
        let (geometry, width) = (call.geometry, ChannelBlocks.width)
        let kernels = table.functions.pointee.windows!.pointee
        let isPair = 2 * pair + 1 < inputBlocks
        let outside = border.map { UnsafePointer($0.floats) + 2 * pair * width } ?? zeros
        let plane = geometry.inputPlane * width
        let input = call.input + (strip / layout.strips * inputBlocks + 2 * pair) * plane
        layout.eachPiece(of: pair, Self.outputRows(strip, layout, geometry), geometry) { at, piece in
            let target = points + at * MemoryLayout<UInt16>.stride
            switch piece {
            case .outside(let count):
                kernels.points(outside, isPair ? outside + width : nil, 0, count, target)
            case .row(let row, let column, let count):
                let first = input + (row * geometry.inputWidth + column) * width
                kernels.points(
                    first, isPair ? first + plane : nil, parameters.strideWidth * width, count, target)
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
        layout.offsets.withUnsafeBufferPointer { offsets in
            var shape = ck_windows(
                pairs: layout.pairs, pair_stride: layout.planeCount, taps: taps,
                offsets: offsets.baseAddress, rows: rows.count, width: geometry.outputWidth,
                pitch: layout.pitch, outputs: blocks.count, weight_step: narrowWeights!.blockBytes,
                output_step: plane)
            table.functions.pointee.windows!.pointee.rows(
                &shape, call.finish, points, narrowWeights!.rows(ofBlock: blocks.lowerBound),
                blocks.lowerBound * width, call.residual.map { $0 + at }, call.output + at)
        }
    }
}

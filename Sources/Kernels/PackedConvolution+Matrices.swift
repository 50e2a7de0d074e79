import CKernels

extension PackedConvolution {
    /// Floats a worker needs: one tile of columns, none where the input is the matrix as it lies.
    func matrixScratchCount(_ geometry: ConvolutionGeometry, threads: Int) -> Int {
        guard !isInPlace(geometry) else { return 0 }
        return (depth * tiling(geometry, threads: threads).columns + 15) / 16 * 16
    }

    /// Group by group a product of matrices: weights by the columns of the input.
    func runAsMatrices(_ call: Call, _ pool: WorkerPool) {
        let tiling = tiling(call.geometry, threads: pool.threads)
        pool.run(call.geometry.batch * parameters.groups * tiling.pieces) { index, worker in
            let (group, piece) = (index / tiling.pieces, index % tiling.pieces)
            let (tile, block) = (piece / tiling.rowBlocks, piece % tiling.rowBlocks)
            runPiece(call, tiling, imageAndGroup: group, tile: tile, block: block, worker: worker)
        }
    }

    /// Length of a column: the elements one output sees.
    private var depth: Int { parameters.channelsPerGroup * parameters.kernelHeight * parameters.kernelWidth }

    /// Output channels of a group.
    private var groupChannels: Int { parameters.outputChannels / parameters.groups }

    private func isInPlace(_ geometry: ConvolutionGeometry) -> Bool {
        algorithm == .pointwise && geometry.padTop == 0 && geometry.padLeft == 0
            && geometry.inputHeight == geometry.outputHeight && geometry.inputWidth == geometry.outputWidth
    }

    private func tiling(_ geometry: ConvolutionGeometry, threads: Int) -> ConvolutionTiling {
        ConvolutionTiling(
            depth: depth, positions: geometry.outputPlane, outputWidth: geometry.outputWidth,
            channels: groupChannels, images: geometry.batch * parameters.groups, threads: threads,
            isInPlace: isInPlace(geometry))
    }

    private func runPiece(
        _ call: Call, _ tiling: ConvolutionTiling, imageAndGroup: Int, tile: Int, block: Int, worker: Int
    ) {
        let geometry = call.geometry
        let (image, group) = (imageAndGroup / parameters.groups, imageAndGroup % parameters.groups)
        let channel = image * parameters.inputChannels + group * parameters.channelsPerGroup
        let input = call.input + channel * geometry.inputPlane
        let first = tile * tiling.columns
        let count = min(tiling.columns, geometry.outputPlane - first)
        if isInPlace(geometry) {
            multiply(
                call, tiling, image, group, block, first, count, b: input + first, ldb: geometry.inputPlane)
        } else {
            let columns = call.scratch(of: worker)!
            var patches = self.patches(geometry)
            ck_im2col_columns(&patches, input, first, count, columns)
            multiply(call, tiling, image, group, block, first, count, b: columns, ldb: count)
        }
    }

    /// One block of channels by one tile of positions. Where the residual is the output itself it is the
    /// matrix that the product is added to; otherwise it is added with the bias.
    private func multiply(
        _ call: Call, _ tiling: ConvolutionTiling, _ image: Int, _ group: Int, _ block: Int, _ first: Int,
        _ count: Int, b: UnsafePointer<Float>, ldb: Int
    ) {
        let plane = call.geometry.outputPlane
        let rows = block * tiling.rows..<min(groupChannels, (block + 1) * tiling.rows)
        let start = group * groupChannels + rows.lowerBound
        let offset = (image * parameters.outputChannels + start) * plane + first
        let output = call.output + offset
        let accumulates = call.residual == UnsafePointer(call.output)
        BLAS.gemm(
            m: rows.count, n: count, k: depth, a: weights.floats + start * depth, lda: depth, b: b, ldb: ldb,
            beta: accumulates ? 1 : 0, c: output, ldc: plane)
        let residual = accumulates ? nil : call.residual.map { $0 + offset }
        if epilogue.isIdentity && residual == nil { return }
        for row in 0..<rows.count {
            epilogue.apply(
                channel: start + row, input: output + row * plane,
                residual: residual.map { $0 + row * plane },
                output: output + row * plane, count: count)
        }
    }

    private func patches(_ geometry: ConvolutionGeometry) -> ck_im2col {
        ck_im2col(
            channels: parameters.channelsPerGroup, input_height: geometry.inputHeight,
            input_width: geometry.inputWidth, output_width: geometry.outputWidth,
            kernel_height: parameters.kernelHeight, kernel_width: parameters.kernelWidth,
            stride_height: parameters.strideHeight, stride_width: parameters.strideWidth,
            dilation_height: parameters.dilationHeight, dilation_width: parameters.dilationWidth,
            pad_top: geometry.padTop, pad_left: geometry.padLeft)
    }
}

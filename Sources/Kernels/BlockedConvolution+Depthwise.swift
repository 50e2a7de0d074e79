import CKernels

extension BlockedConvolution {
    /// Some rows of all blocks a claim, as the convolutions around it do: a worker finds the rows it wrote.
    func runDepthwise(_ call: Call, _ pool: WorkerPool) {
        let geometry = call.geometry
        var form = ck_depthwise(parameters, geometry)
        // Where rows are made two at a time, which two must not depend on the bands.
        let step = algorithm == .winogradDepthwise ? 2 : 1
        let height = isPooled ? geometry.outputHeight / 2 * 2 : geometry.outputHeight
        let steps = (height + step - 1) / step
        let bands = min(steps, depthwiseBands(geometry, threads: pool.threads))
        withUnsafePointer(to: &form) { form in
            pool.run(geometry.batch * bands) { index in
                let (image, band) = (index / bands, index % bands)
                let first = steps * band / bands * step
                let end = min(steps * (band + 1) / bands * step, height)
                for block in 0..<outputBlocks {
                    runDepthwise(
                        call, form, plane: image * outputBlocks + block, block, rows: first..<end)
                }
            }
        }
    }

    private func runDepthwise(
        _ call: Call, _ form: UnsafePointer<ck_depthwise>, plane: Int, _ block: Int, rows: Range<Int>
    ) {
        let (width, half) = (ChannelBlocks.width, isPooled ? 2 : 1)
        let (height, rowFloats) = (
            call.geometry.outputHeight / half, call.geometry.outputWidth / half * width
        )
        let at = (plane * height + rows.lowerBound / half) * rowFloats
        let blockFloats = weights.byteCount / MemoryLayout<Float>.stride / outputBlocks
        depthwiseKernel(
            form, call.finish, call.input + plane * call.geometry.inputPlane * width,
            weights.floats + block * blockFloats, block * width, rows.lowerBound, rows.count,
            call.residual.map { $0 + at }, call.output + at)
    }

    private var depthwiseKernel: ck_depthwise_rows {
        let kernels = table.functions.pointee
        if isPooled { return kernels.pooled_depthwise_rows }
        return algorithm == .winogradDepthwise
            ? kernels.winograd_depthwise_rows : kernels.blocked_depthwise_rows
    }

    /// Bands of an image: enough for every thread to have two, and low enough to stay in the caches.
    private func depthwiseBands(_ geometry: ConvolutionGeometry, threads: Int) -> Int {
        let wanted = threads == 1 ? 1 : (2 * threads + geometry.batch - 1) / geometry.batch
        let fitting = (geometry.outputPlane + 2047) / 2048
        return max(wanted, fitting)
    }
}

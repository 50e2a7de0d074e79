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
                runDepthwise(call, form, image: image, rows: first..<end, to: target(call, image: image))
            }
        }
    }

    /// Rows of all blocks of an image, counted before the pool where there is one.
    func runDepthwise(
        _ call: Call, _ form: UnsafePointer<ck_depthwise>, image: Int, rows: Range<Int>, to target: BlockRows
    ) {
        let (width, half) = (ChannelBlocks.width, isPooled ? 2 : 1)
        let row = rows.lowerBound / half - target.first
        let blockFloats = weights.byteCount / MemoryLayout<Float>.stride / outputBlocks
        for block in 0..<outputBlocks {
            let at = block * target.blockFloats + row * (call.geometry.outputWidth / half) * width
            depthwiseKernel(
                form, call.finish,
                call.input + (image * outputBlocks + block) * call.geometry.inputPlane * width,
                weights.floats + block * blockFloats, block * width, rows.lowerBound, rows.count,
                target.residual.map { $0 + at }, target.output + at)
        }
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

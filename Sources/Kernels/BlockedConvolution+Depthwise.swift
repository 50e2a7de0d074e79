import CKernels

extension BlockedConvolution {
    /// Some rows of all blocks a claim, as the convolutions around it do: a worker finds the rows it wrote.
    func runDepthwise(_ call: Call, _ pool: WorkerPool) {
        let geometry = call.geometry
        var form = ck_depthwise(parameters, geometry)
        let bands = depthwiseBands(geometry, threads: pool.threads)
        withUnsafePointer(to: &form) { form in
            pool.run(geometry.batch * bands) { index in
                let (image, band) = (index / bands, index % bands)
                let first = geometry.outputHeight * band / bands
                let end = geometry.outputHeight * (band + 1) / bands
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
        let width = ChannelBlocks.width
        let taps = parameters.kernelHeight * parameters.kernelWidth
        let at = (plane * call.geometry.outputHeight + rows.lowerBound) * call.geometry.outputWidth * width
        table.functions.pointee.blocked_depthwise_rows(
            form, call.finish, call.input + plane * call.geometry.inputPlane * width,
            weights.floats + block * taps * width, block * width, rows.lowerBound, rows.count,
            call.residual.map { $0 + at }, call.output + at)
    }

    /// Bands of an image: enough for every thread to have two, and low enough to stay in the caches.
    private func depthwiseBands(_ geometry: ConvolutionGeometry, threads: Int) -> Int {
        let wanted = threads == 1 ? 1 : (2 * threads + geometry.batch - 1) / geometry.batch
        let fitting = (geometry.outputPlane + 2047) / 2048
        return min(geometry.outputHeight, max(wanted, fitting))
    }
}

import CKernels

extension BlockedConvolution {
    /// Block by block, some rows a claim.
    func runDepthwise(_ call: Call, _ pool: WorkerPool) {
        let geometry = call.geometry
        var form = ck_depthwise(parameters, geometry)
        let width = ChannelBlocks.width
        let taps = parameters.kernelHeight * parameters.kernelWidth
        let rows = max(1, 2048 / max(geometry.outputWidth, 1))
        let bands = (geometry.outputHeight + rows - 1) / rows
        withUnsafePointer(to: &form) { form in
            pool.run(geometry.batch * outputBlocks * bands) { index in
                let (plane, band) = (index / bands, index % bands)
                let block = plane % outputBlocks
                let first = band * rows
                let at = (plane * geometry.outputHeight + first) * geometry.outputWidth * width
                table.functions.pointee.blocked_depthwise_rows(
                    form, call.finish, call.input + plane * geometry.inputPlane * width,
                    weights.floats + block * taps * width, block * width, first,
                    min(rows, geometry.outputHeight - first), call.residual.map { $0 + at },
                    call.output + at)
            }
        }
    }
}

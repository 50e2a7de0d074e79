import CKernels

extension PackedConvolution {
    /// Floats a worker needs: the band of input rows and, behind it, a plane where the sum waits for a
    /// residual that may be the output itself.
    func depthwiseScratchCount(_ geometry: ConvolutionGeometry) -> Int {
        bandCount(geometry) + (geometry.outputPlane + 15) / 16 * 16
    }

    private func bandCount(_ geometry: ConvolutionGeometry) -> Int {
        var plane = ck_depthwise(parameters, geometry)
        return (ck_depthwise_scratch_count(&plane) + 15) / 16 * 16
    }

    /// Plane by plane, a few planes a claim.
    func runDepthwise(_ call: Call, _ pool: WorkerPool) {
        let geometry = call.geometry
        let plane = ck_depthwise(parameters, geometry)
        let band = bandCount(geometry)
        let planes = geometry.batch * parameters.outputChannels
        let together = max(1, 16_384 / max(geometry.outputPlane, 1))
        pool.run((planes + together - 1) / together) { chunk, worker in
            let scratch = call.scratch(of: worker)!
            for index in chunk * together..<min(planes, (chunk + 1) * together) {
                runPlane(plane, index: index, call, band: scratch, sum: scratch + band)
            }
        }
    }

    private func runPlane(
        _ plane: ck_depthwise, index: Int, _ call: Call, band: UnsafeMutablePointer<Float>,
        sum: UnsafeMutablePointer<Float>
    ) {
        let (geometry, channels) = (call.geometry, parameters.outputChannels)
        let (image, channel) = (index / channels, index % channels)
        let source = image * parameters.inputChannels + channel / (channels / parameters.groups)
        let output = call.output + index * geometry.outputPlane
        let residual = call.residual.map { $0 + index * geometry.outputPlane }
        let target = residual == nil ? output : sum
        var plane = plane
        table.functions.pointee.depthwise(
            &plane, call.input + source * geometry.inputPlane,
            weights.floats + channel * parameters.kernelHeight * parameters.kernelWidth, target, band)
        if epilogue.isIdentity && residual == nil { return }
        epilogue.apply(
            channel: channel, input: target, residual: residual, output: output, count: geometry.outputPlane)
    }
}

extension ck_depthwise {
    /// The C form of a depthwise convolution.
    init(_ parameters: ConvolutionParameters, _ geometry: ConvolutionGeometry) {
        self.init(
            input_height: geometry.inputHeight, input_width: geometry.inputWidth,
            output_height: geometry.outputHeight, output_width: geometry.outputWidth,
            kernel_height: parameters.kernelHeight, kernel_width: parameters.kernelWidth,
            stride_height: parameters.strideHeight, stride_width: parameters.strideWidth,
            dilation_height: parameters.dilationHeight, dilation_width: parameters.dilationWidth,
            pad_top: geometry.padTop, pad_left: geometry.padLeft)
    }
}

/// What prepared weights take while they are made, known before: 16 channels fill a block, however few there
/// are.

extension BlockedConvolution {
    /// Bytes; `Int.max` where that is more than can be counted, nil for what no kernel over blocks does.
    package static func packedBytes(
        _ parameters: ConvolutionParameters, _ precision: Precision, mayTakeBytes: Bool = false
    ) -> Int {
        let other = mayTakeBytes && takesBytes(parameters) ? WholeWeights.packedBytes(parameters) : 0
        return max(other, packedBytes(parameters, precision))
    }

    private static func packedBytes(_ parameters: ConvolutionParameters, _ precision: Precision) -> Int {
        let usesMatrices = precision == .bfloat16 && KernelTable.current.multipliesMatrices
        let algorithm = algorithm(for: parameters, precision, usesMatrices: usesMatrices)
        let (inputs, outputs) = (
            ChannelBlocks.count(parameters.inputChannels), ChannelBlocks.count(parameters.outputChannels)
        )
        let (width, float) = (ChannelBlocks.width, MemoryLayout<Float>.stride)
        let taps = parameters.kernelHeight * parameters.kernelWidth
        return switch algorithm {
        // Put in order as float32 first, which fp32 does where they stay.
        case .winograd where transformsKernels(parameters, precision):
            product(
                outputs, inputs, 9, width, width,
                precision == .float32 ? float : precision.packingBytes + float)
        case .winograd: product(outputs, inputs, 36, width, width, precision.packingBytes)
        // Put in order as float32 first.
        case .gathered: product(outputs, inputs, taps, width, width, precision.packingBytes + float)
        case .implicitGemm:
            product(outputs, (inputs + 1) / 2 * 2, taps, width, width, precision.packingBytes + float)
        // Strassen's seven quarters come on top.
        case .direct, .strassen:
            product(outputs, inputs, taps, width, width, takesStrassen(parameters) ? float + 7 : float)
        case .grouped: product(GroupedBlocks(parameters).count, taps, width, width, float)
        case .directFromPlanes: product(outputs, parameters.inputChannels, taps, width, float)
        case .depthwise: product(outputs, taps, width, float)
        case .winogradDepthwise: product(outputs, 12, width, float)
        case .bytes: WholeWeights.packedBytes(parameters)
        }
    }
}

extension PackedGemm {
    /// Bytes; `Int.max` where that is more than can be counted.
    package static func packedBytes(
        inputs: Int, outputs: Int, _ precision: Precision, mayTakeBytes: Bool = false
    ) -> Int {
        let other =
            mayTakeBytes && takesBytes(inputs: inputs, outputs: outputs)
            ? WholeWeights.packedBytes(pixel(inputs: inputs, outputs: outputs)) : 0
        return max(
            other,
            product(
                ChannelBlocks.count(outputs), ChannelBlocks.count(inputs), ChannelBlocks.width,
                ChannelBlocks.width, precision.packingBytes))
    }
}

extension Precision {
    /// Bytes of a weight, that of a block which does not fit into the narrow form included (`NarrowWeights`).
    fileprivate var packingBytes: Int {
        switch self {
        case .float32: 4
        case .float16Weights: 2 + 4
        case .bfloat16: 2
        // Transformed in float32 first.
        case .int8: 2 + 4
        }
    }
}

/// Of sizes; `Int.max` where it is larger.
func product(_ factors: Int...) -> Int {
    factors.reduce(1) { product, factor in
        let (result, overflow) = product.multipliedReportingOverflow(by: factor)
        return overflow ? .max : result
    }
}

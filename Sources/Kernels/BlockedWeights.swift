import CKernels

/// Weights in the order in which the kernels over channel blocks read them; channels that are not there are
/// zero.
enum BlockedWeights {
    private static let width = ChannelBlocks.width

    /// `[output blocks][input / inner][kernel rows][kernel columns][inner][16]`.
    static func direct(
        _ parameters: ConvolutionParameters, _ weights: UnsafePointer<Float>, inner: Int
    ) -> AlignedBuffer {
        let (inputs, outputs) = (parameters.inputChannels, parameters.outputChannels)
        let taps = parameters.kernelHeight * parameters.kernelWidth
        let groups = (inputs + inner - 1) / inner
        return zeros(ChannelBlocks.count(outputs) * groups * taps * inner * width) { packed in
            for output in 0..<outputs {
                for input in 0..<inputs {
                    for tap in 0..<taps {
                        let group = (output / width * groups + input / inner) * taps + tap
                        packed[(group * inner + input % inner) * width + output % width] =
                            weights[(output * inputs + input) * taps + tap]
                    }
                }
            }
        }
    }

    /// `[output blocks][input blocks that they read][kernel rows][kernel columns][16][16]`, zeros between
    /// groups.
    static func grouped(
        _ parameters: ConvolutionParameters, _ weights: UnsafePointer<Float>, _ groups: GroupedBlocks
    ) -> AlignedBuffer {
        let taps = parameters.kernelHeight * parameters.kernelWidth
        let inputs = parameters.inputChannels / parameters.groups
        let outputs = parameters.outputChannels / parameters.groups
        return zeros(groups.count * taps * width * width) { packed in
            for output in 0..<parameters.outputChannels {
                let (block, first) = (output / width, output / outputs * inputs)
                for input in 0..<inputs {
                    let from = (first + input) / width - groups.reads[block].lowerBound
                    for tap in 0..<taps {
                        let row =
                            ((groups.starts[block] + from) * taps + tap) * width + (first + input) % width
                        packed[row * width + output % width] = weights[(output * inputs + input) * taps + tap]
                    }
                }
            }
        }
    }

    /// `[blocks][kernel rows][kernel columns][16]`.
    static func depthwise(
        _ parameters: ConvolutionParameters, _ weights: UnsafePointer<Float>
    ) -> AlignedBuffer {
        let (channels, taps) = (parameters.outputChannels, parameters.kernelHeight * parameters.kernelWidth)
        return zeros(ChannelBlocks.count(channels) * taps * width) { packed in
            for channel in 0..<channels {
                for tap in 0..<taps {
                    packed[(channel / width * taps + tap) * width + channel % width] =
                        weights[channel * taps + tap]
                }
            }
        }
    }

    /// `[blocks][3 kernel columns][4 points][16]`: G g of every column of a 3x3 kernel, computed in double.
    static func winogradDepthwise(
        _ parameters: ConvolutionParameters, _ weights: UnsafePointer<Float>
    ) -> AlignedBuffer {
        zeros(ChannelBlocks.count(parameters.outputChannels) * 12 * width) { packed in
            for channel in 0..<parameters.outputChannels {
                for column in 0..<3 {
                    let g = (0..<3).map { Double(weights[channel * 9 + $0 * 3 + column]) }
                    let points = [g[0], (g[0] + g[1] + g[2]) / 2, (g[0] - g[1] + g[2]) / 2, g[2]]
                    for (index, point) in points.enumerated() {
                        let row = (channel / width * 3 + column) * 4 + index
                        packed[row * width + channel % width] = Float(point)
                    }
                }
            }
        }
    }

    /// `[output blocks][36 points][input blocks][16][16]`: G g G^T of every kernel, computed in double.
    static func winograd(
        _ parameters: ConvolutionParameters, _ weights: UnsafePointer<Float>, _ precision: Precision,
        table: KernelTable, pool: WorkerPool
    ) -> NarrowWeights {
        let (inputs, outputs) = (parameters.inputChannels, parameters.outputChannels)
        return NarrowWeights(
            precision, blocks: ChannelBlocks.count(outputs),
            rowsOfBlock: 36 * ChannelBlocks.count(inputs) * width,
            rowsOfSum: ChannelBlocks.count(inputs) * width, table: table, pool: pool
        ) { block, precision, target, largest in
            table.functions.pointee.winograd_weights(
                weights, inputs, outputs, block, precision, target, largest)
        }
    }

    /// `[output blocks][input channels][3][3][16]`, kernels as they are.
    static func kernels(
        _ parameters: ConvolutionParameters, _ weights: UnsafePointer<Float>, _ precision: Precision,
        table: KernelTable, pool: WorkerPool
    ) -> NarrowWeights {
        let (inputs, outputs) = (parameters.inputChannels, parameters.outputChannels)
        let rowsOfBlock = 9 * ChannelBlocks.count(inputs) * width
        return NarrowWeights(
            precision, blocks: ChannelBlocks.count(outputs), rowsOfBlock: rowsOfBlock, rowsOfSum: rowsOfBlock,
            table: table, pool: pool
        ) { block, precision, target, largest in
            func order(to rows: UnsafeMutablePointer<Float>) {
                rows.update(repeating: 0, count: rowsOfBlock * width)
                for lane in 0..<min(width, outputs - block * width) {
                    let kernels = weights + (block * width + lane) * inputs * 9
                    for row in 0..<inputs * 9 { rows[row * width + lane] = kernels[row] }
                }
            }
            guard precision != CK_FLOAT32 else {
                order(to: target.assumingMemoryBound(to: Float.self))
                // Nothing is too large for float32.
                return largest.update(repeating: 0, count: width)
            }
            let ordered = AlignedBuffer(byteCount: rowsOfBlock * width * MemoryLayout<Float>.stride)
            order(to: ordered.floats)
            table.functions.pointee.pack_rows(ordered.floats, rowsOfBlock, precision, target, largest)
        }
    }

    /// `[output blocks][input channels / inner][kernel rows][kernel columns][inner][16]`.
    static func gathered(
        _ parameters: ConvolutionParameters, _ weights: UnsafePointer<Float>, _ precision: Precision,
        inner: Int = width, table: KernelTable, pool: WorkerPool
    ) -> NarrowWeights {
        let rows = direct(parameters, weights, inner: inner)
        let taps = parameters.kernelHeight * parameters.kernelWidth
        let rowsOfBlock = (parameters.inputChannels + inner - 1) / inner * taps * inner
        return NarrowWeights(
            precision, blocks: ChannelBlocks.count(parameters.outputChannels), rowsOfBlock: rowsOfBlock,
            rowsOfSum: rowsOfBlock, table: table, pool: pool
        ) { block, precision, target, largest in
            table.functions.pointee.pack_rows(
                rows.floats + block * rowsOfBlock * width, rowsOfBlock, precision, target, largest)
        }
    }

    /// `[output blocks][pairs of input blocks][kernel rows][kernel columns][32][16]`.
    static func implicitGemm(
        _ parameters: ConvolutionParameters, _ weights: UnsafePointer<Float>, table: KernelTable,
        pool: WorkerPool
    ) -> NarrowWeights {
        gathered(parameters, weights, .bfloat16, inner: 2 * width, table: table, pool: pool)
    }

    private static func zeros(_ count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) -> AlignedBuffer {
        let buffer = AlignedBuffer(byteCount: count * MemoryLayout<Float>.stride)
        for index in 0..<count { buffer.floats[index] = 0 }
        fill(buffer.floats)
        return buffer
    }
}

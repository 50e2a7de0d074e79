import CKernels

/// A fully connected layer with weights prepared at load: `Y = activation(A W + bias + residual)`.
///
/// `alpha` and `beta` of an ONNX `Gemm` are folded into weights and bias.
package struct PackedGemm: Sendable {
    /// Features in (`k`) and out (`n`).
    package let inputs: Int
    package let outputs: Int

    let weights: Weights
    let table: KernelTable
    private(set) var finish: BlockedFinish

    /// What products read.
    enum Weights {
        case narrow(NarrowWeights)
        case whole(WholeWeights)
    }

    /// Whether products are of bytes.
    package var multipliesBytes: Bool {
        if case .whole = weights { true } else { false }
    }

    /// Blocks of inputs that are summed up before they join the sum: one sum of 25,088 products would
    /// round more than the rest of a network does.
    static let chunk = 96

    var inputBlocks: Int { ChannelBlocks.count(inputs) }
    var outputBlocks: Int { ChannelBlocks.count(outputs) }

    /// Prepares `weights`: `[outputs, inputs]` with `transposed` (as exporters write it), else
    /// `[inputs, outputs]`. `bias` holds `outputs` elements. PReLU slopes are one an output. `bytes` is what
    /// it is for a `BlockedConvolution`; only whole blocks of inputs can be bytes. `pool` shares the packing.
    package init(
        inputs: Int, outputs: Int, weights: UnsafePointer<Float>, transposed: Bool, alpha: Float = 1,
        bias: UnsafePointer<Float>?, beta: Float = 1, activation: Activation = .none,
        precision: Precision = .float32, bytes: (grid: ByteGrid, weightSteps: [Float])? = nil,
        pool: WorkerPool = WorkerPool(threads: 1), table: KernelTable = .current
    ) {
        (self.inputs, self.outputs, self.table) = (inputs, outputs, table)
        finish = BlockedFinish(
            channels: outputs, bias: bias.map { bias in (0..<outputs).map { beta * bias[$0] } },
            activation: activation)
        let whole = bytes.flatMap {
            alpha == 1 && table.functions.pointee.byte_windows != nil
                && PackedGemm.takesBytes(inputs: inputs, outputs: outputs)
                ? WholeWeights(
                    PackedGemm.pixel(inputs: inputs, outputs: outputs), weights, transposed: transposed,
                    steps: $0.weightSteps, grid: $0.grid, pool: pool) : nil
        }
        self.weights =
            whole.map(Weights.whole)
            ?? .narrow(
                PackedGemm.narrow(
                    inputs: inputs, outputs: outputs, weights, transposed: transposed, alpha: alpha,
                    precision,
                    pool: pool, table: table))
    }

    /// The layer as a convolution of single pixels.
    static func pixel(inputs: Int, outputs: Int) -> ConvolutionParameters {
        ConvolutionParameters(
            inputChannels: inputs, outputChannels: outputs, kernelHeight: 1, kernelWidth: 1)
    }

    /// Whether rows of so many numbers can be read as bytes: behind a last block that is not whole comes the
    /// next row.
    static func takesBytes(inputs: Int, outputs: Int) -> Bool {
        inputs > 0 && inputs % ChannelBlocks.width == 0
            && WholeWeights.takes(pixel(inputs: inputs, outputs: outputs))
    }

    private static func narrow(
        inputs: Int, outputs: Int, _ weights: UnsafePointer<Float>, transposed: Bool, alpha: Float,
        _ precision: Precision, pool: WorkerPool, table: KernelTable
    ) -> NarrowWeights {
        let (outputStride, inputStride) = transposed ? (inputs, 1) : (1, outputs)
        let (width, rows) = (ChannelBlocks.width, ChannelBlocks.count(inputs) * ChannelBlocks.width)
        return NarrowWeights(
            precision, blocks: ChannelBlocks.count(outputs), rowsOfBlock: rows,
            rowsOfSum: PackedGemm.chunk * width, table: table, pool: pool
        ) { block, precision, target, largest in
            let block = block * width..<min(outputs, (block + 1) * width)
            let unpacked = AlignedBuffer(byteCount: rows * width * MemoryLayout<Float>.stride)
            unpacked.floats.update(repeating: 0, count: rows * width)
            for output in block {
                let column = unpacked.floats + (output - block.lowerBound)
                for input in 0..<inputs {
                    column[input * width] = alpha * weights[output * outputStride + input * inputStride]
                }
            }
            table.functions.pointee.pack_rows(unpacked.floats, rows, precision, target, largest)
        }
    }

    /// The same layer with another activation; the packed weights are shared.
    package func with(activation: Activation) -> PackedGemm {
        var copy = self
        copy.finish = finish.with(activation: activation, channels: outputs)
        return copy
    }
}

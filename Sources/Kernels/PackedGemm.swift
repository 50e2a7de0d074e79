import CKernels

/// A fully connected layer with weights prepared at load: `Y = activation(A W + bias + residual)`.
///
/// `alpha` and `beta` of an ONNX `Gemm` are folded into weights and bias.
package struct PackedGemm: Sendable {
    /// Features in (`k`) and out (`n`).
    package let inputs: Int
    package let outputs: Int

    let weights: NarrowWeights
    let table: KernelTable
    private(set) var finish: BlockedFinish

    /// Blocks of inputs that are summed up before they join the sum: one sum of 25,088 products would
    /// round more than the rest of a network does.
    static let chunk = 96

    var inputBlocks: Int { ChannelBlocks.count(inputs) }
    var outputBlocks: Int { ChannelBlocks.count(outputs) }

    /// Prepares `weights`: `[outputs, inputs]` with `transposed` (as exporters write it), else `[inputs,
    /// outputs]`. `bias` holds `outputs` elements. PReLU slopes are one an output. `pool` shares the packing.
    package init(
        inputs: Int, outputs: Int, weights: UnsafePointer<Float>, transposed: Bool, alpha: Float = 1,
        bias: UnsafePointer<Float>?, beta: Float = 1, activation: Activation = .none,
        precision: Precision = .float32, pool: WorkerPool = WorkerPool(threads: 1),
        table: KernelTable = .current
    ) {
        (self.inputs, self.outputs) = (inputs, outputs)
        let (outputStride, inputStride) = transposed ? (inputs, 1) : (1, outputs)
        let (width, rows) = (ChannelBlocks.width, ChannelBlocks.count(inputs) * ChannelBlocks.width)
        self.weights = NarrowWeights(
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
        self.table = table
        finish = BlockedFinish(
            channels: outputs, bias: bias.map { bias in (0..<outputs).map { beta * bias[$0] } },
            activation: activation)
    }

    /// The same layer with another activation; the packed weights are shared.
    package func with(activation: Activation) -> PackedGemm {
        var copy = self
        copy.finish = finish.with(activation: activation, channels: outputs)
        return copy
    }
}

import CKernels

/// A fully connected layer with weights prepared at load: `Y = activation(A W + bias)`.
///
/// `alpha` and `beta` of an ONNX `Gemm` are folded into weights and bias.
package struct PackedGemm: Sendable {
    /// Features in (`k`) and out (`n`).
    package let inputs: Int
    package let outputs: Int

    private let weights: NarrowWeights
    private let bias: [Float]?
    private var epilogue: Epilogue
    private var hasSlopes: Bool

    /// Rows of the input that go through together.
    private static let rowsTogether = 112
    /// Blocks of inputs that are summed up before they join the sum: one sum of 25,088 products would
    /// round more than the rest of a network does.
    private static let chunk = 96

    private var inputBlocks: Int { ChannelBlocks.count(inputs) }
    private var chunks: Int { (inputBlocks + PackedGemm.chunk - 1) / PackedGemm.chunk }

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
        self.bias = bias.map { bias in (0..<outputs).map { beta * bias[$0] } }
        hasSlopes = activation.isPerChannel
        epilogue = Epilogue(activation, channels: outputs, bias: nil, table: table)
    }

    /// The same layer with another activation; the packed weights are shared.
    package func with(activation: Activation) -> PackedGemm {
        var copy = self
        copy.hasSlopes = activation.isPerChannel
        copy.epilogue = epilogue.with(activation: activation, channels: outputs)
        return copy
    }

    /// Bytes of scratch that `run` needs for so many rows; may be 0.
    package func scratchBytes(rows: Int) -> Int {
        let rows = min(max(rows, 0), PackedGemm.rowsTogether)
        return gatheredBytes(rows: rows) + (weights.kernels.pointee.rows == nil ? 0 : wholeBytes(rows: rows))
    }

    private func gatheredBytes(rows: Int) -> Int {
        inputBlocks * rows * ChannelBlocks.width * MemoryLayout<Float>.stride
    }

    /// What whole numbers take, and the scales `[chunks][rows]` before them.
    private func wholeBytes(rows: Int) -> Int {
        chunks * rows * MemoryLayout<Float>.stride
            + inputBlocks * rows * ChannelBlocks.width * weights.kernels.pointee.point_bytes
    }

    /// `input` is `[rows, inputs]`, `output` `[rows, outputs]`, both row-major and apart; `scratch` holds
    /// `scratchBytes(rows:)` bytes, 64-byte aligned, for this run alone.
    package func run(
        rows: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutableRawPointer?, pool: WorkerPool
    ) {
        guard rows > 0, outputs > 0 else { return }
        for first in stride(from: 0, to: rows, by: PackedGemm.rowsTogether) {
            let count = min(PackedGemm.rowsTogether, rows - first)
            let points = scratch.map { prepared(input + first * inputs, rows: count, $0, pool) }
            let blocks = ChannelBlocks.count(outputs)
            let together = blocks < 4 * pool.threads ? 1 : 2
            pool.run((blocks + together - 1) / together) { index in
                weights.eachCall(index * together..<min(blocks, (index + 1) * together)) { blocks in
                    multiply(points, rows: count, blocks, to: output + first * outputs)
                }
            }
        }
        activate(output, rows: rows)
    }

    /// What products read of the input. `scales` are those of whole numbers.
    private struct Points {
        let base: UnsafeMutableRawPointer
        let scales: UnsafeMutablePointer<Float>?
    }

    private func prepared(
        _ input: UnsafePointer<Float>, rows: Int, _ scratch: UnsafeMutableRawPointer, _ pool: WorkerPool
    ) -> Points {
        gather(input, rows: rows, to: scratch, pool)
        let kernels = weights.kernels.pointee
        guard let ofRows = kernels.rows else { return Points(base: scratch, scales: nil) }
        let floats = scratch.assumingMemoryBound(to: Float.self)
        let scales = (scratch + gatheredBytes(rows: rows)).assumingMemoryBound(to: Float.self)
        let whole = UnsafeMutableRawPointer(scales + chunks * rows)
        let blockFloats = rows * ChannelBlocks.width
        pool.run(chunks) { index in
            let first = index * PackedGemm.chunk
            ofRows.pointee.quantise(
                floats + first * blockFloats, blockFloats, min(PackedGemm.chunk, inputBlocks - first), rows,
                whole + first * blockFloats * kernels.point_bytes, blockFloats, scales + index * rows)
        }
        return Points(base: whole, scales: scales)
    }

    /// The rows as points, floats where these will be whole numbers: `[blocks of inputs][rows][16]`, zero past the last input.
    private func gather(
        _ input: UnsafePointer<Float>, rows: Int, to points: UnsafeMutableRawPointer, _ pool: WorkerPool
    ) {
        let (kernels, width) = (weights.kernels.pointee, ChannelBlocks.width)
        let blockBytes =
            rows * width * (kernels.rows == nil ? kernels.point_bytes : MemoryLayout<Float>.stride)
        let whole = inputs / width
        pool.runRanges(whole, grain: 512) { blocks in
            for block in blocks {
                kernels.gather(input + block * width, inputs, rows, points + block * blockBytes)
            }
        }
        guard inputs % width > 0 else { return }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * width) { rest in
            for index in rest.indices {
                let (row, place) = (index / width, whole * width + index % width)
                rest[index] = place < inputs ? input[row * inputs + place] : 0
            }
            kernels.gather(rest.baseAddress!, width, rows, points + whole * blockBytes)
        }
    }

    /// One or two blocks of outputs of each row: chunk by chunk of the inputs, on top of the bias.
    private func multiply(
        _ points: Points?, rows: Int, _ outputBlocks: Range<Int>,
        to output: UnsafeMutablePointer<Float>
    ) {
        let (width, first) = (ChannelBlocks.width, outputBlocks.lowerBound)
        let columns = first * width..<min(outputs, outputBlocks.upperBound * width)
        for row in 0..<rows {
            for column in columns { output[row * outputs + column] = bias?[column] ?? 0 }
        }
        guard let points else { return }
        let (kernels, blocks, blockFloats) = (
            weights.kernels(ofBlock: first).pointee, ChannelBlocks.count(inputs), rows * width
        )
        withUnsafeTemporaryAllocation(of: Float.self, capacity: outputBlocks.count * blockFloats) { sums in
            for chunk in stride(from: 0, to: blocks, by: PackedGemm.chunk) {
                var shape = ck_products(
                    blocks: min(PackedGemm.chunk, blocks - chunk), block_stride: blockFloats,
                    outputs: outputBlocks.count, weight_step: weights.blockBytes, output_step: blockFloats,
                    scales: points.scales.map { UnsafePointer($0) + chunk / PackedGemm.chunk * rows },
                    adds: 0, missing: 0)
                kernels.products(
                    &shape, points.base + chunk * blockFloats * kernels.point_bytes,
                    weights.rows(ofBlock: first, from: chunk * width), rows, sums.baseAddress)
                for row in 0..<rows {
                    for column in columns {
                        let (block, place) = ((column / width) - first, column % width)
                        output[row * outputs + column] += sums[block * blockFloats + row * width + place]
                    }
                }
            }
        }
    }

    /// Columns are channels here, so slopes are applied element by element; anything else at one stroke.
    private func activate(_ output: UnsafeMutablePointer<Float>, rows: Int) {
        if epilogue.isIdentity { return }
        guard hasSlopes else {
            return epilogue.apply(
                channel: 0, input: output, residual: nil, output: output, count: rows * outputs)
        }
        for index in 0..<rows * outputs {
            let element = output + index
            epilogue.apply(channel: index % outputs, input: element, residual: nil, output: element, count: 1)
        }
    }
}

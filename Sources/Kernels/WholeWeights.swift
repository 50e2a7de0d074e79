import CKernels

/// What bytes stand for: `(byte - zero) * step`, for bytes 0...255.
package struct ByteGrid: Sendable, Hashable {
    package let step: Float
    /// The byte of 0.
    package let zero: Int

    /// The grid of a quantisation to int8 or uint8; nil for scales that `FakeQuantization` does not round to.
    package init?(scale: Float, zeroPoint: Int, type: ElementType) {
        guard let range = LinearQuantization.range(of: type), range.contains(zeroPoint),
            FakeQuantization(scale: scale, zeroPoint: zeroPoint, type: type) != nil
        else { return nil }
        (step, zero) = (scale, zeroPoint - range.lowerBound)
    }
}

/// Weights that are whole numbers of -128 to 127 times a step for each output channel, for products with the
/// bytes of an input that lies on a grid. Sums are exact, so that all instruction sets that have these
/// products give the same bits.
struct WholeWeights: Sendable {
    let grid: ByteGrid
    let cell: WindowLayout.Cell
    private let buffer: AlignedBuffer
    /// Bytes from the weights of a block of output channels to those of the next one.
    let blockBytes: Int

    /// Blocks of a cell, which a matrix of the widest instructions holds.
    private static let mostBlocks = 4

    /// Products of which 32 bits hold the sum, each of them at most 255 * 128.
    private static let mostProducts = 1 << 16

    /// Whether 32 bits hold every sum.
    static func takes(_ parameters: ConvolutionParameters) -> Bool {
        parameters.productsOfOutput <= mostProducts
    }

    /// Blocks of input channels, shared out to cells of even size.
    private static func blocksOfCell(_ parameters: ConvolutionParameters) -> Int {
        let blocks = ChannelBlocks.count(parameters.inputChannels)
        let cells = (blocks + mostBlocks - 1) / mostBlocks
        return (blocks + cells - 1) / cells
    }

    /// Bytes that packing takes; `Int.max` where that is more than can be counted.
    static func packedBytes(_ parameters: ConvolutionParameters) -> Int {
        // Cells of up to four blocks are at most half empty.
        product(
            ChannelBlocks.count(parameters.outputChannels),
            2 * ChannelBlocks.count(parameters.inputChannels) + mostBlocks,
            parameters.kernelHeight * parameters.kernelWidth, ChannelBlocks.width, ChannelBlocks.width)
    }

    /// Packs weights as ONNX has them: those of a convolution, or of one pixel also as a matrix
    /// `[inputs, outputs]`, not `transposed`. nil where one is no such multiple of its output channel's step,
    /// or where the products of steps are no numbers of ordinary size.
    init?(
        _ parameters: ConvolutionParameters, _ weights: UnsafePointer<Float>, transposed: Bool = true,
        steps: [Float], grid: ByteGrid, pool: WorkerPool
    ) {
        precondition(steps.count == parameters.outputChannels, "\(steps.count) steps")
        guard steps.allSatisfy({ $0.isFinite && (0x1p-100...0x1p100).contains(abs($0 * grid.step)) }) else {
            return nil
        }
        let width = ChannelBlocks.width
        let cell = WindowLayout.Cell(blocks: WholeWeights.blocksOfCell(parameters), numberBytes: 1)
        let inputBlocks = ChannelBlocks.count(parameters.inputChannels)
        let cells = (inputBlocks + cell.blocks - 1) / cell.blocks
        let taps = parameters.kernelHeight * parameters.kernelWidth
        precondition(transposed || taps == 1, "a matrix of \(taps) taps")
        let header = MemoryLayout<ck_weight_header>.size
        let blockBytes = header + cells * taps * cell.bytes * width
        let outputBlocks = ChannelBlocks.count(parameters.outputChannels)
        let buffer = AlignedBuffer(largeByteCount: outputBlocks * blockBytes)
        let fits = AlignedBuffer(byteCount: outputBlocks)
        (self.grid, self.cell, self.buffer, self.blockBytes) = (grid, cell, buffer, blockBytes)
        pool.run(outputBlocks) { block in
            let target = UnsafeMutableRawBufferPointer(
                start: buffer.base + block * blockBytes, count: blockBytes)
            target.initializeMemory(as: UInt8.self, repeating: 0)
            let packing = Packing(
                parameters: parameters, weights: weights,
                strides: transposed
                    ? (output: parameters.inputChannels * taps, input: taps)
                    : (output: 1, input: parameters.outputChannels),
                steps: steps, grid: grid, cell: cell, taps: taps)
            let isWhole = packing.pack(block, to: target)
            fits.base.storeBytes(of: isWhole ? 1 : 0, toByteOffset: block, as: UInt8.self)
        }
        guard (0..<outputBlocks).allSatisfy({ fits.base.load(fromByteOffset: $0, as: UInt8.self) == 1 })
        else {
            return nil
        }
    }

    /// The header and rows of a block of output channels.
    func rows(ofBlock block: Int) -> UnsafeRawPointer { UnsafeRawPointer(buffer.base) + block * blockBytes }
}

/// The arguments of packing.
private struct Packing {
    let parameters: ConvolutionParameters
    let weights: UnsafePointer<Float>
    /// From the weights of an output channel, and of an input channel in it, to those of the next.
    let strides: (output: Int, input: Int)
    let steps: [Float]
    let grid: ByteGrid
    let cell: WindowLayout.Cell
    let taps: Int

    /// Writes a block of output channels over zeros; false where a weight is no whole number of steps.
    func pack(_ block: Int, to target: UnsafeMutableRawBufferPointer) -> Bool {
        let width = ChannelBlocks.width
        let header = target.baseAddress!.assumingMemoryBound(to: ck_weight_header.self)
        var (scales, starts) = ([Float](repeating: 0, count: width), [Int32](repeating: 0, count: width))
        for lane in 0..<min(width, parameters.outputChannels - block * width) {
            let channel = block * width + lane
            scales[lane] = steps[channel] * grid.step
            guard let sum = pack(channel, lane, to: target) else { return false }
            // Takes off what the zero point adds to each product.
            starts[lane] = Int32(-grid.zero * sum)
        }
        withUnsafeMutableBytes(of: &header.pointee.scale) { target in
            scales.withUnsafeBytes { target.copyMemory(from: $0) }
        }
        withUnsafeMutableBytes(of: &header.pointee.start) { target in
            starts.withUnsafeBytes { target.copyMemory(from: $0) }
        }
        return true
    }

    /// Writes the whole numbers of an output channel and answers their sum; nil where there are none.
    private func pack(_ channel: Int, _ lane: Int, to target: UnsafeMutableRawBufferPointer) -> Int? {
        let (width, inputs) = (ChannelBlocks.width, parameters.inputChannels)
        let step = steps[channel]
        let cellChannels = cell.blocks * width
        var sum = 0
        for input in 0..<inputs {
            let (index, place) = (input / cellChannels, input % cellChannels)
            for tap in 0..<taps {
                let weight = weights[channel * strides.output + input * strides.input + tap]
                let whole = (weight / step).rounded(.toNearestOrEven)
                guard (-128...127).contains(whole), whole * step == weight else { return nil }
                // Four channels of one output lie together.
                let row = ((index * taps + tap) * cellChannels + place) / 4
                let at = MemoryLayout<ck_weight_header>.size + (row * width + lane) * 4 + place % 4
                target.storeBytes(of: Int8(whole), toByteOffset: at, as: Int8.self)
                sum += Int(whole)
            }
        }
        return sum
    }
}

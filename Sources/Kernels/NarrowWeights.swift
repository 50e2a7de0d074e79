import CKernels

/// Weights in rows of sixteen output channels, as the products of a precision read them.
///
/// A block of channels that does not fit into what was asked for is kept in float32, beside the others. Made
/// once and shared; unchecked for the pointers to constant tables of functions.
struct NarrowWeights: @unchecked Sendable {
    /// What reads the inputs; blocks in float32 read the same.
    let kernels: UnsafePointer<ck_precision_kernels>
    private let wideKernels: UnsafePointer<ck_precision_kernels>
    private let buffer: AlignedBuffer
    /// The blocks that did not fit.
    private let wide: [Int: AlignedBuffer]
    private let rowsOfBlock: Int
    /// Rows of one sum, which has a header of its own where weights are whole numbers.
    private let rowsOfSum: Int

    /// Writes the rows of a block to where it is told, and the largest magnitude of each of its channels to
    /// `largest`.
    typealias Pack = (
        _ block: Int, _ precision: ck_precision, _ target: UnsafeMutableRawPointer,
        _ largest: UnsafeMutablePointer<Float>
    ) -> Void

    /// Packs block by block of output channels. The rows of a block are those of one sum after another; the
    /// last may have fewer.
    init(
        _ precision: Precision, blocks: Int, rowsOfBlock: Int, rowsOfSum: Int, table: KernelTable,
        pool: WorkerPool, pack: Pack
    ) {
        let kernels = table.kernels(precision)
        self.kernels = kernels
        wideKernels = table.kernels(.float32)
        (self.rowsOfBlock, self.rowsOfSum) = (rowsOfBlock, rowsOfSum)
        let width = ChannelBlocks.width
        let blockBytes = NarrowWeights.bytes(ofRows: rowsOfBlock, rowsOfSum, kernels)
        let buffer = AlignedBuffer(largeByteCount: blocks * blockBytes)
        let largest = AlignedBuffer(byteCount: blocks * width * MemoryLayout<Float>.stride)
        pool.run(blocks) { block in
            let target = buffer.base + block * blockBytes
            guard let rows = kernels.pointee.rows else {
                return pack(block, precision.kernelForm, target, largest.floats + block * width)
            }
            let unpacked = AlignedBuffer(byteCount: rowsOfBlock * width * MemoryLayout<Float>.stride)
            pack(block, CK_FLOAT32, unpacked.base, largest.floats + block * width)
            for first in stride(from: 0, to: rowsOfBlock, by: rowsOfSum) {
                rows.pointee.pack(
                    unpacked.floats + first * width, min(rowsOfSum, rowsOfBlock - first),
                    target + NarrowWeights.bytes(ofRows: first, rowsOfSum, kernels))
            }
        }
        self.buffer = buffer
        let unfit = (0..<blocks).filter { block in
            !(0..<width).allSatisfy { precision.holds(largest: largest.floats[block * width + $0]) }
        }
        wide = NarrowWeights.packed(unfit, rows: rowsOfBlock, pool, pack)
    }

    private static func packed(
        _ blocks: [Int], rows: Int, _ pool: WorkerPool, _ pack: Pack
    ) -> [Int: AlignedBuffer] {
        let width = ChannelBlocks.width
        let buffers = blocks.map { _ in
            AlignedBuffer(largeByteCount: rows * width * MemoryLayout<Float>.stride)
        }
        pool.run(blocks.count) { index in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { largest in
                pack(blocks[index], CK_FLOAT32, buffers[index].base, largest.baseAddress!)
            }
        }
        return Dictionary(uniqueKeysWithValues: zip(blocks, buffers))
    }

    /// The kernels that read the weights of a block of output channels.
    func kernels(ofBlock block: Int) -> UnsafePointer<ck_precision_kernels> {
        wide[block] == nil ? kernels : wideKernels
    }

    /// Bytes from the weights of a block to those of the next one, where both are in the precision asked for.
    var blockBytes: Int { NarrowWeights.bytes(ofRows: rowsOfBlock, rowsOfSum, kernels) }

    /// Bytes of so many rows from the first of a sum on.
    private static func bytes(
        ofRows rows: Int, _ rowsOfSum: Int, _ kernels: UnsafePointer<ck_precision_kernels>
    ) -> Int {
        let headers = rowsOfSum == 0 ? 0 : (rows + rowsOfSum - 1) / rowsOfSum
        return rows * ChannelBlocks.width * kernels.pointee.weight_bytes
            + headers * ck_weight_header_bytes(kernels)
    }

    /// Calls `body` with blocks whose products one call of a kernel makes: one, or two whose weights lie side
    /// by side.
    func eachCall(_ blocks: Range<Int>, _ body: (_ blocks: Range<Int>) -> Void) {
        var first = blocks.lowerBound
        while first < blocks.upperBound {
            let isPair = first + 1 < blocks.upperBound && wide[first] == nil && wide[first + 1] == nil
            let next = first + (isPair ? 2 : 1)
            body(first..<next)
            first = next
        }
    }

    /// The rows of a block of output channels from row `row` on, the first of a sum.
    func rows(ofBlock block: Int, from row: Int = 0) -> UnsafeRawPointer {
        if let own = wide[block] {
            return UnsafeRawPointer(own.floats + row * ChannelBlocks.width)
        }
        return UnsafeRawPointer(buffer.base) + block * blockBytes
            + NarrowWeights.bytes(ofRows: row, rowsOfSum, kernels)
    }
}

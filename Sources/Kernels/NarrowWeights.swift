import CKernels

/// Weights in rows of sixteen output channels, as the products of a precision read them.
///
/// Made once and shared; unchecked for the pointer to a constant table of functions.
struct NarrowWeights: @unchecked Sendable {
    /// What they are stored in: float32 where they do not fit into what was asked for.
    let precision: Precision
    let kernels: UnsafePointer<ck_precision_kernels>
    private let buffer: AlignedBuffer
    private let rowsOfBlock: Int

    /// Packs block by block of output channels; `pack` writes one to where it is told and returns the largest
    /// magnitude in it.
    init(
        _ precision: Precision, blocks: Int, rowsOfBlock: Int, table: KernelTable, pool: WorkerPool,
        pack: Pack
    ) {
        func packed(_ precision: Precision) -> AlignedBuffer? {
            NarrowWeights.packed(
                precision, blocks: blocks,
                blockBytes: rowsOfBlock * ChannelBlocks.width
                    * table.kernels(precision).pointee.weight_bytes, pool, pack)
        }
        let narrow = packed(precision)
        self.precision = narrow == nil ? .float32 : precision
        buffer = narrow ?? packed(.float32)!
        kernels = table.kernels(self.precision)
        self.rowsOfBlock = rowsOfBlock
    }

    typealias Pack = (_ block: Int, _ precision: ck_precision, _ target: UnsafeMutableRawPointer) -> Float

    /// nil where a weight overflows: that would be wrong, not just rough.
    private static func packed(
        _ precision: Precision, blocks: Int, blockBytes: Int, _ pool: WorkerPool, _ pack: Pack
    ) -> AlignedBuffer? {
        let buffer = AlignedBuffer(largeByteCount: blocks * blockBytes)
        let largest = AlignedBuffer(byteCount: blocks * MemoryLayout<Float>.stride)
        pool.run(blocks) { block in
            largest.floats[block] = pack(block, precision.kernelForm, buffer.base + block * blockBytes)
        }
        // Float32 takes whatever there is, NaN too.
        let fits =
            precision == .float32 || (0..<blocks).allSatisfy { largest.floats[$0] <= precision.largestWeight }
        return fits ? buffer : nil
    }

    /// The rows of a block of output channels from row `row` on.
    func rows(ofBlock block: Int, from row: Int = 0) -> UnsafeRawPointer {
        UnsafeRawPointer(buffer.base)
            + (block * rowsOfBlock + row) * ChannelBlocks.width * kernels.pointee.weight_bytes
    }
}

import CKernels

extension StridedCopy {
    /// `output` is apart from the input.
    package func run(
        input: UnsafeRawPointer, output: UnsafeMutableRawPointer, elementType: ElementType, pool: WorkerPool,
        table: KernelTable = .current
    ) {
        guard count > 0 else { return }
        switch elementType.byteCount {
        case 1: run(as: UInt8.self, input, output, pool, StridedCopy.transpose)
        case 2: run(as: UInt16.self, input, output, pool, StridedCopy.transpose)
        // Whatever the elements are, the kernel only moves them.
        case 4:
            let kernel = table.functions.pointee
            run(as: Float.self, input, output, pool) { kernel.transpose($0, $1, $2, $3, $4, $5) }
        default: run(as: UInt64.self, input, output, pool, StridedCopy.transpose)
        }
    }

    /// `to[column * step + row] = from[row * stride + column]`.
    private typealias Transpose<Word> = (
        _ from: UnsafePointer<Word>, _ stride: Int, _ rows: Int, _ columns: Int,
        _ to: UnsafeMutablePointer<Word>, _ step: Int
    ) -> Void

    /// Sixteen rows at a time: the cache lines of both sides are in use until they are done with.
    private static func transpose<Word: BitwiseCopyable>(
        _ from: UnsafePointer<Word>, _ stride: Int, _ rows: Int, _ columns: Int,
        _ to: UnsafeMutablePointer<Word>, _ step: Int
    ) {
        for first in Swift.stride(from: 0, to: rows, by: 16) {
            for column in 0..<columns {
                for row in first..<min(rows, first + 16) {
                    to[column * step + row] = from[row * stride + column]
                }
            }
        }
    }

    private func run<Word: BitwiseCopyable>(
        as: Word.Type, _ input: UnsafeRawPointer, _ output: UnsafeMutableRawPointer, _ pool: WorkerPool,
        _ transpose: Transpose<Word>
    ) {
        let input = input.assumingMemoryBound(to: Word.self) + base
        let output = output.assumingMemoryBound(to: Word.self)
        if axes.count >= 2, axes[axes.count - 1].stride != 1,
            let across = axes.firstIndex(where: { $0.stride == 1 })
        {
            copyTransposed(input, output, across: across, pool, transpose)
        } else {
            copyRows(input, output, pool)
        }
    }

    private func copyRows<Word: BitwiseCopyable>(
        _ input: UnsafePointer<Word>, _ output: UnsafeMutablePointer<Word>, _ pool: WorkerPool
    ) {
        let inner = axes.last ?? Axis(extent: 1, stride: 1)
        let outer = axes.dropLast()
        pool.runRanges(count / inner.extent, grain: max(1, Broadcast.grain / inner.extent)) { range in
            for row in range {
                let source = input + StridedCopy.offset(of: row, in: outer)
                let target = output + row * inner.extent
                switch inner.stride {
                case 1: target.update(from: source, count: inner.extent)
                case 0: target.update(repeating: source[0], count: inner.extent)
                default: for index in 0..<inner.extent { target[index] = source[index * inner.stride] }
                }
            }
        }
    }

    /// The input runs along axis `across`, the output along the last one: sixteen columns of it at a time.
    private func copyTransposed<Word: BitwiseCopyable>(
        _ input: UnsafePointer<Word>, _ output: UnsafeMutablePointer<Word>, across: Int, _ pool: WorkerPool,
        _ transpose: Transpose<Word>
    ) {
        let last = axes[axes.count - 1]
        let side = axes[across]
        let step = axes[(across + 1)...].reduce(1) { $0 * $1.extent }
        let between = axes[(across + 1)..<(axes.count - 1)]
        let planes = count / (side.extent * last.extent)
        let tiles = (side.extent + 15) / 16
        pool.runRanges(planes * tiles, grain: max(1, Broadcast.grain / (16 * last.extent))) { range in
            for index in range {
                let (plane, tile) = (index / tiles, index % tiles)
                let inside = between.reduce(1) { $0 * $1.extent }
                let (before, after) = (plane / inside, plane % inside)
                let source =
                    input + StridedCopy.offset(of: before, in: axes[..<across])
                    + StridedCopy.offset(of: after, in: between)
                let target = output + before * side.extent * step + after * last.extent
                let first = tile * 16
                transpose(
                    source + first, last.stride, last.extent, min(16, side.extent - first),
                    target + first * step, step)
            }
        }
    }

    private static func offset(of index: Int, in axes: ArraySlice<Axis>) -> Int {
        var (rest, offset) = (index, 0)
        for axis in axes.reversed() {
            offset += rest % axis.extent * axis.stride
            rest /= axis.extent
        }
        return offset
    }
}

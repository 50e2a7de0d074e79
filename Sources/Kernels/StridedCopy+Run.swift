extension StridedCopy {
    /// `output` is apart from the input.
    package func run(
        input: UnsafeRawPointer, output: UnsafeMutableRawPointer, elementType: ElementType, pool: WorkerPool
    ) {
        guard count > 0 else { return }
        switch elementType.byteCount {
        case 1: run(as: UInt8.self, input, output, pool)
        case 2: run(as: UInt16.self, input, output, pool)
        case 4: run(as: UInt32.self, input, output, pool)
        default: run(as: UInt64.self, input, output, pool)
        }
    }

    private func run<Word: FixedWidthInteger>(
        as: Word.Type, _ input: UnsafeRawPointer, _ output: UnsafeMutableRawPointer, _ pool: WorkerPool
    ) {
        let input = input.assumingMemoryBound(to: Word.self) + base
        let output = output.assumingMemoryBound(to: Word.self)
        if axes.count >= 2, axes[axes.count - 1].stride != 1,
            let across = axes.firstIndex(where: { $0.stride == 1 })
        {
            copyTransposed(input, output, across: across, pool)
        } else {
            copyRows(input, output, pool)
        }
    }

    private func copyRows<Word: FixedWidthInteger>(
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

    /// The input runs along axis `across`, the output along the last one: tiles of 16 by 16 keep the cache
    /// lines of both sides in use until they are done with.
    private func copyTransposed<Word: FixedWidthInteger>(
        _ input: UnsafePointer<Word>, _ output: UnsafeMutablePointer<Word>, across: Int, _ pool: WorkerPool
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
                let rows = tile * 16..<min(side.extent, tile * 16 + 16)
                for first in stride(from: 0, to: last.extent, by: 16) {
                    for row in rows {
                        for column in first..<min(last.extent, first + 16) {
                            target[row * step + column] = source[row + column * last.stride]
                        }
                    }
                }
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

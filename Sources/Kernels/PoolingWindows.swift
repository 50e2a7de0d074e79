/// The windows of a pool over planes. Which of their columns lie inside the input is worked out once for
/// all rows.
struct PoolingWindows<Fold: PoolingFold> {
    private typealias Block = SIMD8<Float>

    private let geometry: PoolingGeometry

    /// The taps inside the input, for each output column.
    private let columns: [Range<Int>]

    /// Output columns for which that is all of them.
    private let whole: Range<Int>

    init(_ geometry: PoolingGeometry) {
        self.geometry = geometry
        columns = (0..<geometry.outputWidth).map { geometry.tapColumns($0) }
        whole = geometry.wholeColumns
    }

    /// Folds each window of output row `y` of a plane, elements in the order of the input. `output` is apart
    /// from the input.
    @inline(__always)
    func fold(_ y: Int, _ plane: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
        let row = Row(y: y, taps: geometry.tapRows(y), plane: plane, output: output)
        let inner = whole.count < Block.scalarCount ? 0..<0 : whole
        for x in 0..<inner.lowerBound { one(x, row) }
        for x in inner.upperBound..<geometry.outputWidth { one(x, row) }
        switch geometry.strideWidth {
        case 1: blocks(inner, row) { Self.load($0) }
        case 2: blocks(inner, row) { Self.everySecond($0) }
        case let stride: blocks(inner, row) { Self.every(stride, $0) }
        }
    }

    /// An output row, and the rows of its windows that lie inside the input.
    private struct Row {
        let y: Int
        let taps: Range<Int>
        let plane: UnsafePointer<Float>
        let output: UnsafeMutablePointer<Float>
    }

    /// A window that may stand partly in the padding.
    private func one(_ x: Int, _ row: Row) {
        let taps = columns[x]
        var folded = Fold.start
        for tapRow in row.taps {
            let first = row.plane + place(row.y, tapRow, x)
            for tap in taps { folded = Fold.combine(folded, first[tap &* geometry.dilationWidth]) }
        }
        row.output[x] = folded
    }

    /// The usual widths of windows as constants, so that the loop over their columns is unrolled.
    @inline(__always)
    private func blocks(_ columns: Range<Int>, _ row: Row, _ load: (UnsafePointer<Float>) -> Block) {
        switch geometry.kernelWidth {
        case 2: blocks(columns, 2, row, load)
        case 3: blocks(columns, 3, row, load)
        case let width: blocks(columns, width, row, load)
        }
    }

    /// Neighbouring windows side by side, two blocks at a time, so that one is added to while the other's
    /// last sum is on its way. The last blocks begin early enough to end with the columns, and make some of
    /// them once more.
    @inline(__always)
    private func blocks(
        _ columns: Range<Int>, _ width: Int, _ row: Row, _ load: (UnsafePointer<Float>) -> Block
    ) {
        let (lanes, last) = (Block.scalarCount, columns.upperBound - Block.scalarCount)
        for start in stride(from: columns.lowerBound, to: columns.upperBound, by: 2 * lanes) {
            let (left, right) = (min(start, last), min(start + lanes, last))
            var (leftFold, rightFold) = (Fold(), Fold())
            for tapRow in row.taps {
                let (leftFirst, rightFirst) = (
                    row.plane + place(row.y, tapRow, left), row.plane + place(row.y, tapRow, right)
                )
                for tap in 0..<width {
                    let offset = tap &* geometry.dilationWidth
                    leftFold.take(load(leftFirst + offset))
                    rightFold.take(load(rightFirst + offset))
                }
            }
            store(leftFold, left, row)
            store(rightFold, right, row)
        }
    }

    @inline(__always)
    private func store(_ fold: Fold, _ x: Int, _ row: Row) {
        if let result = fold.result {
            UnsafeMutableRawPointer(row.output + x).storeBytes(of: result, as: Block.self)
        } else {
            for x in x..<x + Block.scalarCount { one(x, row) }
        }
    }

    /// Where the first tap of a row of a window stands in its plane.
    @inline(__always)
    private func place(_ y: Int, _ tapRow: Int, _ x: Int) -> Int {
        let row = y &* geometry.strideHeight &- geometry.padTop &+ tapRow &* geometry.dilationHeight
        return row &* geometry.inputWidth &+ x &* geometry.strideWidth &- geometry.padLeft
    }

    @inline(__always)
    private static func load(_ values: UnsafePointer<Float>) -> Block {
        UnsafeRawPointer(values).loadUnaligned(as: Block.self)
    }

    /// Reads no further than the last of them, behind which the input may end.
    @inline(__always)
    private static func everySecond(_ values: UnsafePointer<Float>) -> Block {
        Block(
            lowHalf: load(values).evenHalf, highHalf: load(values + (Block.scalarCount - 1)).oddHalf)
    }

    @inline(__always)
    private static func every(_ stride: Int, _ values: UnsafePointer<Float>) -> Block {
        var block = Block()
        for lane in 0..<Block.scalarCount { block[lane] = values[lane &* stride] }
        return block
    }
}

/// ONNX `Trilu`: matrices with zeros on one side of a diagonal.
package struct Triangle: Sendable {
    private let rows, columns, matrices: Int
    private let isUpper: Bool
    /// How far right of the main diagonal the one is that stays.
    private let diagonal: Int

    /// Traps on fewer than two dimensions.
    package init(shape: [Int], isUpper: Bool, diagonal: Int64) {
        precondition(shape.count >= 2, "\(shape) has no rows and columns")
        (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
        matrices = shape.dropLast(2).reduce(1, *)
        self.isUpper = isUpper
        // One that is further away is in no row.
        self.diagonal = Int(max(-Int64(rows), min(diagonal, Int64(columns))))
    }

    /// `output` may be the input.
    package func run(
        input: UnsafeRawPointer, output: UnsafeMutableRawPointer, elementType: ElementType, pool: WorkerPool
    ) {
        let size = elementType.byteCount
        let row = columns * size
        pool.runRanges(matrices * rows, grain: max(1, Broadcast.grain / max(columns, 1))) { range in
            for index in range {
                let edge = index % rows + diagonal
                let kept =
                    isUpper
                    ? max(0, min(edge, columns))..<columns : 0..<max(0, min(edge + 1, columns))
                let (from, to) = (input + index * row, output + index * row)
                let (first, last) = (kept.lowerBound * size, kept.upperBound * size)
                to.initializeMemory(as: UInt8.self, repeating: 0, count: first)
                (to + last).initializeMemory(as: UInt8.self, repeating: 0, count: row - last)
                if UnsafeRawPointer(to) != from {
                    (to + first).copyMemory(from: from + first, byteCount: last - first)
                }
            }
        }
    }
}

import CKernels

/// NumPy's `matmul` for operands of known shapes: stacks of matrices, broadcast over the leading dimensions.
package struct MatMul: Sendable {
    package let outputShape: [Int]

    private let stack: Broadcast
    private let m: Int
    private let n: Int
    private let k: Int
    private let table: KernelTable
    private let finish: BlockedFinish

    /// Throws `shapesDoNotBroadcast` when the inner extents differ, the stacks do not broadcast or an operand
    /// is a scalar.
    package init(_ a: [Int], _ b: [Int], table: KernelTable = .current) throws(KernelError) {
        guard !a.isEmpty, !b.isEmpty else { throw .shapesDoNotBroadcast(a, b) }
        // A vector on the left is a row, one on the right a column; the extent this adds is dropped again.
        let left = a.count == 1 ? [1] + a : a
        let right = b.count == 1 ? b + [1] : b
        (m, k, n) = (left[left.count - 2], left[left.count - 1], right[right.count - 1])
        guard right[right.count - 2] == k else { throw .shapesDoNotBroadcast(a, b) }
        do {
            stack = try Broadcast(Array(left.dropLast(2)), Array(right.dropLast(2)))
        } catch {
            throw .shapesDoNotBroadcast(a, b)
        }
        outputShape = stack.outputShape + (a.count == 1 ? [] : [m]) + (b.count == 1 ? [] : [n])
        self.table = table
        finish = BlockedFinish(channels: n, bias: nil, activation: .none)
    }

    /// Multiplications and additions of a run.
    package var operations: Int { 2 * stack.count * m * n * k }

    /// Bytes of scratch that `run` needs on a pool of so many threads.
    package func scratchBytes(threads: Int) -> Int {
        if isNarrow { return 0 }
        let threads = max(threads, 1)
        let matrices = sharesMatrix(threads) ? 1 : threads
        return (weightFloats * matrices + pointFloats * threads) * MemoryLayout<Float>.stride
    }

    /// `output` is apart from the inputs; `scratch` holds `scratchBytes(threads:)` bytes, 64-byte aligned, for this run alone.
    package func run(
        a: UnsafePointer<Float>, b: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutableRawPointer?, pool: WorkerPool
    ) {
        guard stack.count > 0, m > 0, n > 0 else { return }
        if isNarrow { return runNarrow(a: a, b: b, output: output, pool: pool) }
        guard k > 0, let scratch = scratch?.assumingMemoryBound(to: Float.self) else {
            return output.update(repeating: 0, count: stack.count * m * n)
        }
        let groups = RowGroups(rows: m, columns: k)
        func product(_ index: Int) -> (
            left: UnsafePointer<Float>, right: RowMatrix, output: UnsafeMutablePointer<Float>
        ) {
            let (left, right) = stack.offsets(of: index)
            return (
                a + left * m * k, RowMatrix(base: b + right * k * n, rows: k, columns: n, stride: n),
                output + index * m * n
            )
        }
        finish.withKernelForm { finish in
            if sharesMatrix(pool.threads) {
                for index in 0..<stack.count {
                    let (left, right, output) = product(index)
                    pool.runRanges(blocks, grain: 1 + 4_096 / k) { gather(right, $0, to: scratch) }
                    let splits = groups.splits(of: blocks, threads: pool.threads)
                    pool.run(groups.count * splits) { piece, worker in
                        let split = piece % splits
                        multiply(
                            left, groups[piece / splits], scratch,
                            blocks * split / splits..<blocks * (split + 1) / splits, to: output,
                            points: scratch + weightFloats + worker * pointFloats, finish)
                    }
                }
            } else {
                pool.run(stack.count) { index, worker in
                    let (left, right, output) = product(index)
                    let own = scratch + worker * (weightFloats + pointFloats)
                    gather(right, 0..<blocks, to: own)
                    for group in 0..<groups.count {
                        multiply(
                            left, groups[group], own, 0..<blocks, to: output, points: own + weightFloats,
                            finish)
                    }
                }
            }
        }
    }

    /// Whether the right matrix has so few columns that a block of sixteen would be next to empty.
    private var isNarrow: Bool { n < 4 }

    private func runNarrow(
        a: UnsafePointer<Float>, b: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) {
        pool.run(stack.count) { index in
            let (left, right) = stack.offsets(of: index)
            BLAS.gemm(
                m: m, n: n, k: k, a: a + left * m * k, lda: k, b: b + right * k * n, ldb: n,
                c: output + index * m * n, ldc: n)
        }
    }

    /// Whether all threads multiply by one matrix, as there are too few for one each.
    private func sharesMatrix(_ threads: Int) -> Bool { stack.count < threads }

    private var blocks: Int { ChannelBlocks.count(n) }
    private var weightFloats: Int { blocks * k * ChannelBlocks.width }
    private var pointFloats: Int {
        ChannelBlocks.count(k) * RowGroups(rows: m, columns: k).most * ChannelBlocks.width
    }

    private func gather(_ matrix: RowMatrix, _ blocks: Range<Int>, to scratch: UnsafeMutablePointer<Float>) {
        matrix.gather(
            blocks, to: UnsafeMutableRawPointer(scratch), elementBytes: MemoryLayout<Float>.stride,
            table.kernels(.float32).pointee.gather)
    }

    /// Some rows by some blocks of columns; `weights` are the right matrix in blocks.
    private func multiply(
        _ a: UnsafePointer<Float>, _ rows: Range<Int>, _ weights: UnsafePointer<Float>, _ columns: Range<Int>,
        to output: UnsafeMutablePointer<Float>, points: UnsafeMutablePointer<Float>,
        _ finish: UnsafePointer<ck_finish>
    ) {
        let (width, inputBlocks) = (ChannelBlocks.width, ChannelBlocks.count(k))
        let blockFloats = rows.count * width
        gather(
            RowMatrix(base: a + rows.lowerBound * k, rows: rows.count, columns: k, stride: k),
            0..<inputBlocks, to: points)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * blockFloats) { sums in
            for block in stride(from: columns.lowerBound, to: columns.upperBound, by: 2) {
                let together = min(2, columns.upperBound - block)
                var shape = ck_products(
                    blocks: inputBlocks, block_stride: blockFloats, outputs: together,
                    weight_step: k * width * MemoryLayout<Float>.stride, output_step: blockFloats,
                    scales: nil, adds: 0, missing: Int32(inputBlocks * width - k))
                table.kernels(.float32).pointee.products(
                    &shape, points, weights + block * k * width, rows.count, sums.baseAddress)
                var end = ck_sum_rows(
                    rows: rows.count, columns: min(together * width, n - block * width),
                    block_step: blockFloats, row_stride: n, adds: 0, ends: 1)
                table.functions.pointee.finish_rows(
                    finish, &end, sums.baseAddress, block * width, nil,
                    output + rows.lowerBound * n + block * width)
            }
        }
    }
}

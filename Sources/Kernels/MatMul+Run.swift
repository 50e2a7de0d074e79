import CKernels

extension MatMul {
    /// Bytes of scratch that `run` needs on a pool of so many threads; `Int.max` where that is more than can
    /// be counted.
    package func scratchBytes(threads: Int) -> Int {
        if isNarrow { return 0 }
        let threads = max(threads, 1)
        let (weights, overflow) = weightFloats.multipliedReportingOverflow(
            by: sharesRight(threads) ? 1 : threads)
        return overflow
            ? .max : (weights + pointFloats * threads) * MemoryLayout<Float>.stride
    }

    /// `output` is apart from the inputs; `scratch` holds `scratchBytes(threads:)` bytes, 64-byte aligned,
    /// for this run alone.
    package func run(
        a: UnsafePointer<Float>, b: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutableRawPointer?, pool: WorkerPool
    ) {
        guard stack.count > 0, m > 0, n > 0 else { return }
        if isNarrow { return runNarrow(a: a, b: b, output: output, pool: pool) }
        guard k > 0, let scratch = scratch?.assumingMemoryBound(to: Float.self) else {
            return output.update(repeating: 0, count: stack.count * m * n)
        }
        let call = Call(a: a, b: b, output: output, scratch: scratch)
        if sharesRight(pool.threads) {
            // One after another, where each has a right matrix of its own.
            let together = hasOneRight ? stack.count : 1
            for first in stride(from: 0, to: stack.count, by: together) {
                runShared(call, first..<first + together, pool)
            }
        } else {
            runApart(call, pool)
        }
    }

    /// The arguments of one run.
    private struct Call {
        let a, b: UnsafePointer<Float>
        let output: UnsafeMutablePointer<Float>
        let scratch: UnsafeMutablePointer<Float>
    }

    /// Whether all threads multiply by one right matrix at a time: there is only one, or there are too few
    /// for one each.
    private func sharesRight(_ threads: Int) -> Bool { hasOneRight || stack.count < threads }

    /// Products by one right matrix.
    private func runShared(_ call: Call, _ products: Range<Int>, _ pool: WorkerPool) {
        let right = right(of: products.lowerBound, call)
        pool.runRanges(blocks, grain: 1 + 4_096 / k) { gather(right, $0, to: call.scratch) }
        let groups = RowGroups(rows: m, columns: k)
        let splits = groups.splits(of: blocks, threads: pool.threads, times: products.count)
        pool.run(products.count * groups.count * splits) { index, worker in
            let (piece, split) = (index / splits, index % splits)
            multiply(
                call, products.lowerBound + piece / groups.count, rows: groups[piece % groups.count],
                blocks * split / splits..<blocks * (split + 1) / splits, by: call.scratch,
                points: call.scratch + weightFloats + worker * pointFloats)
        }
    }

    /// Each thread makes whole products.
    private func runApart(_ call: Call, _ pool: WorkerPool) {
        let groups = RowGroups(rows: m, columns: k)
        pool.run(stack.count) { index, worker in
            let own = call.scratch + worker * (weightFloats + pointFloats)
            gather(right(of: index, call), 0..<blocks, to: own)
            for group in 0..<groups.count {
                multiply(
                    call, index, rows: groups[group], 0..<blocks, by: own, points: own + weightFloats)
            }
        }
    }

    private var blocks: Int { ChannelBlocks.count(n) }
    private var weightFloats: Int { blocks * k * ChannelBlocks.width }
    private var pointFloats: Int {
        ChannelBlocks.count(k) * RowGroups(rows: m, columns: k).most * ChannelBlocks.width
    }

    private func right(of index: Int, _ call: Call) -> RowMatrix {
        RowMatrix(base: call.b + stack.offsets(of: index).1 * k * n, rows: k, columns: n, stride: n)
    }

    private func gather(_ matrix: RowMatrix, _ blocks: Range<Int>, to scratch: UnsafeMutablePointer<Float>) {
        matrix.gather(
            blocks, to: UnsafeMutableRawPointer(scratch), elementBytes: MemoryLayout<Float>.stride,
            table.kernels(.float32).pointee.gather)
    }

    /// Some rows of a product by some blocks of columns; `weights` are the right matrix in blocks.
    private func multiply(
        _ call: Call, _ index: Int, rows: Range<Int>, _ columns: Range<Int>,
        by weights: UnsafePointer<Float>, points: UnsafeMutablePointer<Float>
    ) {
        let (width, inputBlocks) = (ChannelBlocks.width, ChannelBlocks.count(k))
        let blockFloats = rows.count * width
        let left = call.a + (stack.offsets(of: index).0 * m + rows.lowerBound) * k
        gather(
            RowMatrix(base: left, rows: rows.count, columns: k, stride: k), 0..<inputBlocks, to: points)
        let output = call.output + (index * m + rows.lowerBound) * n
        var finish = ck_finish(
            bias: nil, slope: nil, clips: 0, low: 0, high: 0, grid: ck_grid(nil),
            rest: ck_activation(Activation.none))
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
                    &finish, &end, sums.baseAddress, block * width, nil, output + block * width)
            }
        }
    }
}

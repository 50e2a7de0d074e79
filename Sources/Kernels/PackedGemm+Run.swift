import CKernels

extension PackedGemm {
    /// Bytes of scratch that `run` needs for so many rows on a pool of so many threads; may be 0.
    package func scratchBytes(rows: Int, threads: Int) -> Int {
        let groups = RowGroups(rows: rows, columns: inputs)
        return groupBytes(rows: groups.most) * (groups.count < threads ? 1 : max(threads, 1))
    }

    /// `input` is `[rows, inputs]`, `output` and `residual` `[rows, outputs]`, all row-major; the output is
    /// apart from the input and may be the residual. `scratch` holds `scratchBytes(rows:threads:)` bytes,
    /// 64-byte aligned, for this run alone.
    package func run(
        rows: Int, input: UnsafePointer<Float>, residual: UnsafePointer<Float>? = nil,
        output: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer?, pool: WorkerPool
    ) {
        guard rows > 0, outputs > 0 else { return }
        let groups = RowGroups(rows: rows, columns: inputs)
        finish.withKernelForm { finish in
            let call = Call(finish: finish, input: input, residual: residual, output: output)
            if groups.count < pool.threads {
                for group in 0..<groups.count {
                    runShared(call, groups[group], scratch, pool)
                }
            } else {
                runApart(call, groups, scratch, pool)
            }
        }
    }

    /// The arguments of one run.
    struct Call {
        let finish: UnsafePointer<ck_finish>
        let input: UnsafePointer<Float>
        let residual: UnsafePointer<Float>?
        let output: UnsafeMutablePointer<Float>
    }

    /// Few rows: all threads prepare them, then share the outputs.
    private func runShared(
        _ call: Call, _ rows: Range<Int>, _ scratch: UnsafeMutableRawPointer?, _ pool: WorkerPool
    ) {
        if let scratch { prepare(call, rows, scratch, pool) }
        let together = outputBlocks < 4 * pool.threads ? 1 : 2
        pool.run((outputBlocks + together - 1) / together) { index in
            multiply(
                call, scratch, rows,
                index * together..<min(outputBlocks, (index + 1) * together))
        }
    }

    /// Many rows: each thread prepares those that it multiplies.
    private func runApart(
        _ call: Call, _ groups: RowGroups, _ scratch: UnsafeMutableRawPointer?, _ pool: WorkerPool
    ) {
        let bytes = groupBytes(rows: groups.most)
        let splits = groups.splits(of: outputBlocks, threads: pool.threads)
        pool.run(groups.count * splits) { index, worker in
            let (rows, split) = (groups[index / splits], index % splits)
            let scratch = scratch.map { $0 + worker * bytes }
            if let scratch { prepare(call, rows, scratch, nil) }
            multiply(
                call, scratch, rows, outputBlocks * split / splits..<outputBlocks * (split + 1) / splits)
        }
    }

    /// What a group of rows takes once it is prepared.
    private func groupBytes(rows: Int) -> Int {
        switch weights {
        case .narrow(let weights): pointBytes(rows: rows, weights)
        case .whole(let weights): bytePlane(rows: rows, weights) * byteCells(weights)
        }
    }

    /// Puts the rows of a group into `scratch` as products read them; threads of a pool share that.
    private func prepare(
        _ call: Call, _ rows: Range<Int>, _ scratch: UnsafeMutableRawPointer, _ pool: WorkerPool?
    ) {
        switch weights {
        case .narrow(let weights): prepareNumbers(call, rows, weights, scratch, pool)
        case .whole(let weights): prepareBytes(call, rows, weights, scratch, pool)
        }
    }

    /// Some blocks of outputs of a group of rows.
    private func multiply(
        _ call: Call, _ scratch: UnsafeMutableRawPointer?, _ rows: Range<Int>, _ outputBlocks: Range<Int>
    ) {
        switch weights {
        case .narrow(let weights): multiplyNumbers(call, scratch, rows, weights, outputBlocks)
        // There is scratch, as there are inputs.
        case .whole(let weights): multiplyBytes(call, scratch!, rows, weights, outputBlocks)
        }
    }
}

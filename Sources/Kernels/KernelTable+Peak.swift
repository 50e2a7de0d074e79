import CKernels

extension KernelTable {
    /// Whether vectors of eight are multiplied in less time than those of sixteen, which CPUs then cut in
    /// two: a measurement of a fraction of a millisecond, once. Of a CPU family there are models of either
    /// kind, so that names tell nothing.
    static let cutsVectorsOfSixteen: Bool = {
        guard let functions = ck_table_for(CK_AVX512)?.pointee, let half = functions.half_multiply_adds,
            let whole = functions.multiply_adds
        else { return false }
        var sink = [Float](repeating: 1e-9, count: Int(CK_BLOCK))
        var (halfTime, wholeTime) = (Duration.seconds(1), Duration.seconds(1))
        // In turn, and the fastest of either: the first ones may find the upper halves of the vectors asleep,
        // and others a clock that changes.
        for _ in 0..<20 {
            halfTime = min(halfTime, ContinuousClock().measure { _ = half(2_000, &sink) })
            wholeTime = min(wholeTime, ContinuousClock().measure { _ = whole(2_000, &sink) })
        }
        // Half the time or the same: between the two.
        return halfTime < wholeTime * 0.7
    }()

    /// Floating point operations a second that all threads of a pool do together on registers alone, over
    /// some milliseconds: no kernel can do more.
    package func measurePeak(pool: WorkerPool) -> Double {
        let rounds = 1 << 20
        let lanes = Int(CK_BLOCK)
        let sinks = AlignedBuffer(byteCount: pool.threads * lanes * MemoryLayout<Float>.stride)
        // Small numbers that neither vanish nor overflow to something slow.
        for index in 0..<pool.threads * lanes { sinks.floats[index] = 1e-9 }
        let done = AlignedBuffer(byteCount: pool.threads * MemoryLayout<Int>.stride)
        let counts = done.base.assumingMemoryBound(to: Int.self)
        return (0..<5).reduce(0) { best, _ in
            let elapsed = ContinuousClock().measure {
                pool.run(pool.threads) { index in
                    counts[index] = functions.pointee.multiply_adds(rounds, sinks.floats + index * lanes)
                }
            }
            let operations = 2 * (0..<pool.threads).reduce(0) { $0 + counts[$1] }
            return max(best, Double(operations) / (elapsed / .seconds(1)))
        }
    }
}

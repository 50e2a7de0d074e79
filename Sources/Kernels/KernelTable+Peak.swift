import CKernels

extension KernelTable {
    /// Whether vectors of eight are multiplied in less time than those of sixteen, which CPUs then cut in two: some
    /// microseconds' measurement, once. Of a CPU family there are models of either kind, so that names tell nothing.
    static let cutsVectorsOfSixteen: Bool = {
        guard let functions = ck_table_for(CK_AVX512)?.pointee, let half = functions.half_multiply_adds else {
            return false
        }
        var sink = [Float](repeating: 1e-9, count: Int(CK_BLOCK))
        // The first ones may find the upper halves of the vectors asleep.
        func fastest(_ body: (Int, UnsafeMutablePointer<Float>?) -> Int) -> Duration {
            (0..<8).map { _ in ContinuousClock().measure { _ = body(2_000, &sink) } }.min()!
        }
        return fastest(half) < fastest(functions.multiply_adds) * 0.75
    }()

    /// Floating point operations a second that all threads of a pool do together on registers alone, over some
    /// milliseconds: no kernel can do more.
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

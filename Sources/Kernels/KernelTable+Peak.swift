import CKernels

extension KernelTable {
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

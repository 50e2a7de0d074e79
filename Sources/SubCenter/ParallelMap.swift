import Kernels
import Locks

/// Spreads independent pieces of work over a pool and puts the answers in order.
struct ParallelMap: Sendable {
    let pool: WorkerPool?

    /// `body(0), body(1), ...`. After an error no further piece is begun, and the error is thrown.
    func callAsFunction<T: Sendable>(
        _ count: Int, _ body: (Int) throws(PurifyError) -> T
    ) throws(PurifyError) -> [T] {
        let results = Locked([T?](repeating: nil, count: count))
        let failure = Locked(PurifyError?.none)
        func piece(_ index: Int) {
            guard failure.withLock({ $0 == nil }) else { return }
            do throws(PurifyError) {
                let value = try body(index)
                results.withLock { $0[index] = value }
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let pool { pool.run(count, piece) } else { for index in 0..<count { piece(index) } }
        if let error = failure.withLock({ $0 }) { throw error }
        return results.withLock { $0.compactMap { $0 } }
    }
}

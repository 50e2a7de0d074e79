import Synchronization

/// The indices of a job in shares, a contiguous one a worker.
///
/// Everybody claims the indices of the own share first, and only then what others have left: job after job
/// the same worker gets the same part, and finds in its core's cache what it wrote there. Taking such data
/// from another core costs several times as much as the sums that are made of it.
package struct WorkShares: ~Copyable {
    private let workers: Int
    /// The next index of each share, a pair of cache lines apart.
    private let next: UnsafeMutablePointer<Atomic<Int>>
    private var count = 0

    private static let stride = 16

    /// Shares of so many workers, with nothing in them.
    package init(workers: Int) {
        self.workers = workers
        next = .allocate(capacity: workers * WorkShares.stride)
        for index in 0..<workers * WorkShares.stride { (next + index).initialize(to: Atomic(0)) }
    }

    deinit {
        next.deinitialize(count: workers * WorkShares.stride)
        next.deallocate()
    }

    /// Begins a job of so many indices; nobody may be claiming.
    package mutating func reset(count: Int) {
        self.count = count
        for worker in 0..<workers {
            next[worker * WorkShares.stride].store(start(of: worker), ordering: .relaxed)
        }
    }

    /// Calls `body` for one claimed index after the other until none is left in any share.
    package func drain(worker: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
        for offset in 0..<workers {
            let owner = (worker + offset) % workers
            let end = start(of: owner + 1)
            while true {
                let index = next[owner * WorkShares.stride].wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < end else { break }
                body(index, worker)
            }
        }
    }

    private func start(of worker: Int) -> Int {
        // Not count * worker / workers, which could overflow.
        count / workers * worker + min(worker, count % workers)
    }
}

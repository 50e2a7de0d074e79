import Foundation
import Kernels
import Locks
import Synchronization
import Testing

struct WorkerPoolTests {
    /// Counts calls of each index.
    final class Counters: Sendable {
        let calls: Locked<[Int]>

        init(_ count: Int) { calls = Locked([Int](repeating: 0, count: count)) }
    }

    @Test(arguments: [1, 2, 4])
    func `each index is run once`(threads: Int) {
        let pool = WorkerPool(threads: threads)
        for count in [0, 1, 2, 3, 17, 1_000] {
            let counters = Counters(count)
            pool.run(count) { index in counters.calls.withLock { $0[index] += 1 } }
            #expect(counters.calls.withLock { $0 } == [Int](repeating: 1, count: count))
        }
    }

    @Test func `no two calls at the same time have the same worker`() {
        let pool = WorkerPool(threads: 4)
        let taken = Locked([Bool](repeating: false, count: 4))
        let clashes = Atomic<Int>(0)
        for _ in 0..<50 {
            pool.run(64) { _, worker in
                taken.withLock {
                    if $0[worker] { clashes.wrappingAdd(1, ordering: .relaxed) }
                    $0[worker] = true
                }
                taken.withLock { $0[worker] = false }
            }
        }
        #expect(clashes.load(ordering: .relaxed) == 0)
    }

    @Test func `what the body wrote is seen after the run`() {
        let pool = WorkerPool(threads: 3)
        for round in 0..<500 {
            var values = [Int](repeating: 0, count: 40)
            values.withUnsafeMutableBufferPointer { buffer in
                // Each index is written by the one thread that runs it.
                nonisolated(unsafe) let base = buffer.baseAddress!
                pool.run(40) { base[$0] = $0 + round }
            }
            #expect(values == (0..<40).map { $0 + round })
        }
    }

    @Test func `a run within a run is done inline`() {
        let pool = WorkerPool(threads: 3)
        let total = Atomic<Int>(0)
        pool.run(8) { outer in
            pool.run(8) { inner in total.wrappingAdd(outer * 8 + inner, ordering: .relaxed) }
        }
        #expect(total.load(ordering: .relaxed) == 63 * 64 / 2)
    }

    @Test func `callers on several threads each get all of their work done`() {
        let pool = WorkerPool(threads: 3)
        let totals = Locked([Int](repeating: 0, count: 4))
        DispatchQueue.concurrentPerform(iterations: 4) { caller in
            for _ in 0..<200 {
                let sum = Atomic<Int>(0)
                pool.run(25) { sum.wrappingAdd($0, ordering: .relaxed) }
                totals.withLock { $0[caller] += sum.load(ordering: .relaxed) }
            }
        }
        #expect(totals.withLock { $0 } == [Int](repeating: 200 * 300, count: 4))
    }

    /// Threads that sleep at once: every job must wake them or do without, and its caller wakes when the last
    /// has left.
    @Test(arguments: [0, 1, 30]) func `threads that are asleep miss no job and hold up no caller`(spins: Int)
    {
        let pool = WorkerPool(threads: 3, spins: spins)
        let totals = Locked([Int](repeating: 0, count: 2))
        DispatchQueue.concurrentPerform(iterations: 2) { caller in
            for round in 0..<2_000 {
                let sum = Atomic<Int>(0)
                pool.run(7) { index in
                    // Some chunks take so long that the caller falls asleep over them.
                    if (index + round) % 5 == 0 {
                        for _ in 0..<200 { sum.wrappingAdd(0, ordering: .relaxed) }
                    }
                    sum.wrappingAdd(index, ordering: .relaxed)
                }
                totals.withLock { $0[caller] += sum.load(ordering: .relaxed) }
            }
        }
        #expect(totals.withLock { $0 } == [42_000, 42_000])
    }

    @Test func `each worker has a share of its own, and takes others' when it is done`() {
        var shares = WorkShares(workers: 3)
        shares.reset(count: 8)
        var order: [Int] = []
        shares.drain(worker: 1) { index, _ in order.append(index) }
        #expect(order == [3, 4, 5, 6, 7, 0, 1, 2])
        shares.reset(count: 2)
        order = []
        shares.drain(worker: 2) { index, _ in order.append(index) }
        #expect(order == [0, 1])
    }

    @Test func `pools come and go`() {
        for round in 0..<100 {
            let pool = WorkerPool(threads: 3)
            let sum = Atomic<Int>(0)
            if round % 2 == 0 { pool.run(10) { sum.wrappingAdd($0, ordering: .relaxed) } }
            #expect(sum.load(ordering: .relaxed) == (round % 2 == 0 ? 45 : 0))
        }
    }

    @Test func `ranges cover everything and are not smaller than the grain`() {
        for pool in Support.pools {
            for count in [0, 1, 99, 100, 101, 5_000] {
                let seen = Counters(count)
                let smallest = Locked(Int.max)
                pool.runRanges(count, grain: 100) { range in
                    smallest.withLock { $0 = min($0, range.count) }
                    seen.calls.withLock { calls in for index in range { calls[index] += 1 } }
                }
                #expect(seen.calls.withLock { $0 } == [Int](repeating: 1, count: count))
                #expect(smallest.withLock { $0 } >= min(count, 100))
            }
        }
    }

    @Test func `helpers stay away while other threads are busy with their own work`() {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let pool = WorkerPool(threads: cores + 1)
        let workers = Locked(Set<Int>())
        func work(_ count: Int) {
            if count > 0 { return BusyThreads.working { work(count - 1) } }
            pool.run(256) { _, worker in workers.withLock { _ = $0.insert(worker) } }
        }
        work(2)
        #expect(workers.withLock { $0 } == [0])
    }
}

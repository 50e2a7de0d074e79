import FaceService
import Glibc
import Locks
import TestKit
import Testing

struct InferenceQueueTests {
    private typealias Queue = InferenceQueue<Int, Int>

    private func queue(
        workers: Int = 1, waiting: Int = 1, batch: Int = 4, wait: Duration = .seconds(5),
        embed: @escaping @Sendable ([Int]) throws -> [Int] = { $0.map { $0 * 10 } }
    ) -> InferenceQueue<Int, Int> {
        Queue(limits: .init(workers: workers, waiting: waiting, batch: batch, batchWait: wait), embed: embed)
    }

    private struct Failure: Error, Equatable {}

    @Test func `what does not fit is refused at once and admitted again later`() async throws {
        let queue = queue()
        let gate = Gate()
        let busy = (0..<2).map { _ in
            Task { try await queue.admitted { try await queue.analyse { try gate.pass() } } }
        }
        try await gate.waitForArrivals(1)
        await until { queue.depth.admitted >= 2 }
        await #expect(throws: QueueRefusal.full(retryAfterSeconds: 1)) { try await queue.admitted {} }
        gate.open()
        for task in busy { try await task.value }
        try await queue.admitted {}
        #expect(queue.depth.admitted == 0 && queue.depth.analyses == 0 && queue.depth.crops == 0)
        await queue.shutDown()
    }

    @Test func `crops of several requests go through the network together`() async throws {
        let sizes = Locked<[Int]>([])
        let gate = Gate()
        let queue = queue(workers: 1, waiting: 8, batch: 4) { crops in
            sizes.withLock { $0.append(crops.count) }
            return crops.map { $0 * 10 }
        }
        let blocker = Task { try await queue.analyse { try gate.pass() } }
        try await gate.waitForArrivals(1)
        let tasks = [[1, 2], [3], [4, 5, 6]].map { crops in Task { try await queue.embed(crops) } }
        await until { queue.depth.crops >= 6 }
        gate.open()
        try await blocker.value
        for (task, crops) in zip(tasks, [[1, 2], [3], [4, 5, 6]]) {
            #expect(try await task.value == crops.map { $0 * 10 })
        }
        #expect(sizes.withLock { $0 } == [4, 2])
        await queue.shutDown()
    }

    @Test func `crops wait while images wait whose faces could join them, but not for ever`() async throws {
        for (wait, expected) in [(Duration.seconds(600), [3]), (.zero, [1, 1, 1])] {
            let sizes = Locked<[Int]>([])
            let gate = Gate()
            let queue = queue(workers: 1, waiting: 8, batch: 8, wait: wait) { crops in
                sizes.withLock { $0.append(crops.count) }
                return crops
            }
            let blocker = Task { try await queue.analyse { try gate.pass() } }
            try await gate.waitForArrivals(1)
            // Each image's crop is there before the worker asks for more work.
            let images = Locked<[Task<[Int], any Error>]>([])
            let analyses = (0..<3).map { index in
                Task {
                    try await queue.analyse {
                        let begun = images.withLock { images in
                            images.append(Task { try await queue.embed([index]) })
                            return images.count
                        }
                        while queue.depth.crops < (wait == .zero ? 1 : begun) { sched_yield() }
                    }
                }
            }
            await until { queue.depth.analyses >= 3 }
            gate.open()
            try await blocker.value
            for task in analyses { try await task.value }
            for task in images.withLock({ $0 }) { _ = try await task.value }
            #expect(sizes.withLock { $0 } == expected)
            await queue.shutDown()
        }
    }

    @Test func `an image's crops are embedded without a way back, and given with what else was found`()
        async throws
    {
        let queue = queue(wait: .seconds(600))
        let (size, embeddings) = try await queue.embed { (7, [1, 2]) }
        #expect(size == 7 && embeddings == [10, 20])
        let (nothing, none) = try await queue.embed { ("no face", []) }
        #expect(nothing == "no face" && none.isEmpty)
        await #expect(throws: Failure()) { try await queue.embed { () -> (Int, [Int]) in throw Failure() } }
        #expect(queue.depth.crops == 0)
        await queue.shutDown()
    }

    @Test func `a request of more crops than a batch is spread over idle workers`() async throws {
        let gate = Gate()
        let queue = queue(workers: 2, batch: 2) { crops in
            try gate.pass()
            return crops.map { $0 * 10 }
        }
        let task = Task { try await queue.embed { ((), [1, 2, 3, 4]) }.1 }
        try await gate.waitForArrivals(2)
        gate.open()
        #expect(try await task.value == [10, 20, 30, 40])
        await queue.shutDown()
    }

    @Test func `what a cancelled image left to be embedded is taken out`() async throws {
        let embedded = Locked<[Int]>([])
        let (first, second) = (Gate(), Gate())
        let queue = queue(workers: 1, waiting: 8, batch: 8, wait: .seconds(600)) { crops in
            embedded.withLock { $0 += crops }
            return crops
        }
        let cancelled = Task {
            try await queue.embed {
                try first.pass()
                return ((), [1])
            }
        }
        try await first.waitForArrivals(1)
        // Keeps the worker from taking the crop before the cancellation.
        let other = Task { try await queue.analyse { try second.pass() } }
        await until { queue.depth.analyses >= 1 }
        first.open()
        try await second.waitForArrivals(1)
        #expect(queue.depth.crops == 1)
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(queue.depth.crops == 0)
        second.open()
        try await other.value
        await queue.shutDown()
        #expect(embedded.withLock { $0 } == [])
    }

    @Test func `the crops of a crowd go in turns with those of others`() async throws {
        let calls = Locked<[[Int]]>([])
        let results = try await outcomes([[1, 2, 3, 4, 5, 6], [7]], batch: 2) { crops in
            calls.withLock { $0.append(crops) }
            return crops
        }
        #expect(results == [.success([1, 2, 3, 4, 5, 6]), .success([7])])
        #expect(calls.withLock { $0 } == [[1, 2], [7, 3], [4, 5], [6]])
    }

    @Test func `what of a small request did not fit into a batch goes with the next`() async throws {
        let calls = Locked<[[Int]]>([])
        _ = try await outcomes([[1, 2], [3, 4], [5, 6], [7]], batch: 3) { crops in
            calls.withLock { $0.append(crops) }
            return crops
        }
        #expect(calls.withLock { $0 } == [[1, 2, 3], [4, 5, 6], [7]])
    }

    @Test func `images that wait go in turns with the crops of a crowd`() async throws {
        let order = Locked<[Int]>([])
        let gate = Gate()
        let queue = queue(workers: 1, waiting: 8, batch: 1) { crops in
            order.withLock { $0 += crops }
            return crops
        }
        let blocker = Task { try await queue.analyse { try gate.pass() } }
        try await gate.waitForArrivals(1)
        let crowd = Task { try await queue.embed([1, 2, 3, 4]) }
        await until { queue.depth.crops >= 4 }
        var images: [Task<Void, any Error>] = []
        for image in [-1, -2] {
            images.append(Task { try await queue.analyse { order.withLock { $0.append(image) } } })
            await until { queue.depth.analyses >= images.count }
        }
        gate.open()
        try await blocker.value
        for image in images { try await image.value }
        #expect(try await crowd.value == [1, 2, 3, 4])
        #expect(order.withLock { $0 } == [1, -1, 2, -2, 3, 4])
        await queue.shutDown()
    }

    @Test func `a lonely batch does not wait for company`() async throws {
        let queue = queue(wait: .seconds(600))
        #expect(try await queue.embed([7]) == [70])
        #expect(try await queue.embed([]) == [])
        await queue.shutDown()
    }

    @Test func `a waiting item whose client is gone is taken out`() async throws {
        let queue = queue()
        let gate = Gate()
        let ran = Locked(false)
        let blocker = Task { try await queue.analyse { try gate.pass() } }
        try await gate.waitForArrivals(1)
        let waiting = Task { try await queue.analyse { ran.withLock { $0 = true } } }
        let embedding = Task { try await queue.embed([1]) }
        await until { queue.depth.analyses >= 1 && queue.depth.crops >= 1 }
        waiting.cancel()
        embedding.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        await #expect(throws: CancellationError.self) { try await embedding.value }
        #expect(queue.depth.analyses == 0 && queue.depth.crops == 0)
        gate.open()
        try await blocker.value
        await queue.shutDown()
        #expect(ran.withLock { !$0 })
    }

    @Test func `errors reach the one who waits`() async throws {
        let queue = queue { _ in throw Failure() }
        await #expect(throws: Failure()) { try await queue.analyse { throw Failure() } }
        await #expect(throws: Failure()) { try await queue.embed([1, 2, 3, 4, 5, 6]) }
        await queue.shutDown()
    }

    /// Embeds `requests` in one queue, as many crops a batch as all of them have, and gives each one's
    /// outcome.
    private func outcomes(
        _ requests: [[Int]], batch: Int = 16, embed: @escaping @Sendable ([Int]) throws -> [Int]
    ) async throws -> [Result<[Int], Failure>] {
        let queue = queue(workers: 1, waiting: 8, batch: batch, embed: embed)
        let gate = Gate()
        let blocker = Task { try await queue.analyse { try gate.pass() } }
        try await gate.waitForArrivals(1)
        var tasks: [Task<[Int], any Error>] = []
        for (index, crops) in requests.enumerated() {
            tasks.append(Task { try await queue.embed(crops) })
            // One after the other, so that they stand in the queue in this order.
            let count = requests[...index].reduce(0) { $0 + $1.count }
            await until { queue.depth.crops >= count }
        }
        gate.open()
        try await blocker.value
        var outcomes: [Result<[Int], Failure>] = []
        for task in tasks {
            do { outcomes.append(.success(try await task.value)) } catch {
                outcomes.append(.failure(try #require(error as? Failure)))
            }
        }
        await queue.shutDown()
        return outcomes
    }

    @Test func `a crop that the network can't take fails its own request, others of its batch are answered`()
        async throws
    {
        let calls = Locked<[[Int]]>([])
        let embed: @Sendable ([Int]) throws -> [Int] = { crops in
            calls.withLock { $0.append(crops) }
            if crops.contains(where: { $0 < 0 }) { throw Failure() }
            return crops.map { $0 * 10 }
        }
        let results = try await outcomes([[1, 2], [3, -1], [4]], embed: embed)
        #expect(results == [.success([10, 20]), .failure(Failure()), .success([40])])
        #expect(calls.withLock { $0 } == [[1, 2, 3, -1, 4], [1, 2], [3, -1], [4]])
    }

    @Test func `a request that failed in one batch is not embedded further, and the rest of that batch is`()
        async throws
    {
        let embedded = Locked<Set<Int>>([])
        let embed: @Sendable ([Int]) throws -> [Int] = { crops in
            if crops.contains(where: { $0 < 0 }) { throw Failure() }
            embedded.withLock { $0.formUnion(crops) }
            return crops.map { $0 * 10 }
        }
        let results = try await outcomes([[1], [2, -1, 3, 4], [5]], batch: 3, embed: embed)
        #expect(results == [.success([10]), .failure(Failure()), .success([50])])
        #expect(embedded.withLock { $0 } == [1, 5])
    }

    @Test func `a network that fails for every crop fails every request of the batch`() async throws {
        let calls = Locked(0)
        let embed: @Sendable ([Int]) throws -> [Int] = { _ in
            calls.withLock { $0 += 1 }
            throw Failure()
        }
        #expect(
            try await outcomes([[1, 2], [3], [4]], embed: embed)
                == Array(repeating: .failure(Failure()), count: 3))
        // Together, and then each alone: nobody is tried a third time.
        #expect(calls.withLock { $0 } == 4)
    }

    @Test func `the end finishes what was admitted and admits nobody`() async throws {
        let queue = queue(workers: 2)
        let gate = Gate()
        let task = Task {
            try await queue.admitted {
                try await queue.analyse { try gate.pass() }
                return try await queue.embed([1])
            }
        }
        try await gate.waitForArrivals(1)
        let end = Task { await queue.shutDown() }
        var refusal: QueueRefusal?
        while refusal == nil {
            do { try await queue.admitted {} } catch { refusal = error as? QueueRefusal }
        }
        #expect(refusal == .closing)
        gate.open()
        #expect(try await task.value == [10])
        await end.value
        await #expect(throws: QueueRefusal.closing) { try await queue.analyse {} }
        await #expect(throws: QueueRefusal.closing) { try await queue.embed([1]) }
    }
}

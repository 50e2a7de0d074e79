import Foundation
import Kernels

/// The state of an ``InferenceQueue`` and the loop of its workers, behind one lock and condition.
///
/// `@unchecked Sendable`: every stored variable is read and written with `condition` locked, and the items
/// that go in and out are touched under the same lock or by the one worker that took them.
final class InferenceMonitor<Crop: Sendable, Embedding: Sendable>: @unchecked Sendable {
    private enum Work {
        case batch([Share])
        case analysis(Analysis)
        case none
    }

    private typealias Limits = InferenceQueue<Crop, Embedding>.Limits

    private let limits: Limits
    private let embed: @Sendable ([Crop]) throws -> [Embedding]
    private let observeWait: @Sendable (String, Double) -> Void
    private let condition = NSCondition()
    private var analyses: [Analysis] = []
    private var embeddings: [Embedded] = []
    /// Images wait that a batch has gone before.
    private var isImagesTurn = false
    private var admittedCount = 0
    private var liveWorkers: Int
    private var isClosed = false
    private var onClosed: [@Sendable () -> Void] = []
    private var secondsPerRequest = 0.1
    private var lastRelease = ContinuousClock.now

    init(
        limits: InferenceQueue<Crop, Embedding>.Limits,
        observeWait: @escaping @Sendable (String, Double) -> Void,
        embed: @escaping @Sendable ([Crop]) throws -> [Embedding]
    ) {
        self.limits = limits
        self.observeWait = observeWait
        self.embed = embed
        liveWorkers = limits.workers
    }

    private func locked<R>(_ body: () throws -> R) rethrows -> R {
        condition.lock()
        defer { condition.unlock() }
        return try body()
    }

    var depth: InferenceQueue<Crop, Embedding>.Depth {
        locked {
            .init(
                admitted: admittedCount, analyses: analyses.count,
                crops: embeddings.reduce(0) { $0 + $1.crops.count - $1.taken })
        }
    }

    // MARK: Admission

    func admit() throws {
        try locked {
            if isClosed { throw QueueRefusal.closing }
            guard admittedCount < limits.workers + limits.waiting else {
                throw QueueRefusal.full(retryAfterSeconds: retryAfter)
            }
            admittedCount += 1
        }
    }

    /// Seconds until about half of those who wait are served, from the pace of late.
    private var retryAfter: Int {
        max(1, min(60, Int((secondsPerRequest * Double(admittedCount) / 2).rounded(.up))))
    }

    func release() {
        locked {
            admittedCount -= 1
            let now = ContinuousClock.now
            let pace = (now - lastRelease).inSeconds
            // Only the pace under load counts: an idle hour between two requests says nothing about a queue.
            if admittedCount > limits.workers {
                secondsPerRequest += 0.1 * (min(pace, 10) - secondsPerRequest)
            }
            lastRelease = now
            // Workers that only wait for the last request to leave.
            if isClosed { condition.broadcast() }
        }
    }

    // MARK: Items

    func enqueue(_ item: Analysis) {
        let refused = locked { () -> (any Error)? in
            if item.isCancelled { return CancellationError() }
            if liveWorkers == 0 { return QueueRefusal.closing }
            analyses.append(item)
            condition.signal()
            return nil
        }
        if let refused { item.fail(refused) }
    }

    func enqueue(_ item: Embedded) {
        let refused = locked { () -> (any Error)? in
            if item.isOver { return CancellationError() }
            if liveWorkers == 0 { return QueueRefusal.closing }
            embeddings.append(item)
            condition.signal()
            return nil
        }
        if let refused { item.finish(.failure(refused)) }
    }

    /// Takes in what an analysis leaves. Nobody is woken: the worker that made it asks for work next.
    private func enqueue(_ rest: Embedded, of item: Analysis) {
        locked {
            if item.isCancelled { return }
            item.rest = rest
            embeddings.append(rest)
        }
    }

    func cancel(_ item: Analysis) {
        locked {
            item.isCancelled = true
            analyses.removeAll { $0 === item }
            guard let rest = item.rest else { return }
            rest.isOver = true
            embeddings.removeAll { $0 === rest }
        }
        item.fail(CancellationError())
    }

    func cancel(_ item: Embedded) {
        locked {
            item.isOver = true
            embeddings.removeAll { $0 === item }
        }
        item.finish(.failure(CancellationError()))
    }

    // MARK: Workers

    /// The loop of one worker; returns when the queue is closed and empty.
    func work() {
        while true {
            let work = locked { next() }
            switch work {
            case .batch(let shares): BusyThreads.working { run(shares) }
            case .analysis(let item):
                if let rest = BusyThreads.working(item.run) { enqueue(rest, of: item) }
            case .none: return finishWorker()
            }
        }
    }

    /// The next thing to do, waiting for it; `.none` when the worker is to end.
    private func next() -> Work {
        while true {
            if isBatchDue, !(isImagesTurn && !analyses.isEmpty) {
                isImagesTurn = true
                return takeBatch()
            }
            if !analyses.isEmpty {
                isImagesTurn = false
                let item = analyses.removeFirst()
                observeWait("analyse", (ContinuousClock.now - item.enqueued).inSeconds)
                return .analysis(item)
            }
            if isClosed && admittedCount == 0 { return .none }
            condition.wait()
        }
    }

    /// A batch goes when it is full, when no image waits whose faces could join it, or when its oldest crop
    /// has waited for long enough. So a thread that would otherwise be idle never waits, and under load
    /// batches fill. Images and batches take turns where both wait, or a picture of a crowd would hold up
    /// everybody's until it is done.
    private var isBatchDue: Bool {
        guard let oldest = embeddings.lazy.map(\.enqueued).min() else { return false }
        let crops = embeddings.reduce(0) { $0 + $1.crops.count - $1.taken }
        return analyses.isEmpty || crops >= limits.batch || ContinuousClock.now >= oldest + limits.batchWait
    }

    /// Takes what has waited longest. A request that fills a batch by itself queues up again behind the
    /// others.
    private func takeBatch() -> Work {
        var shares: [Share] = []
        var room = limits.batch
        while room > 0, !embeddings.isEmpty {
            let item = embeddings.removeFirst()
            if item.taken == 0 { observeWait("embed", (ContinuousClock.now - item.enqueued).inSeconds) }
            let count = min(room, item.crops.count - item.taken)
            shares.append(Share(item: item, range: item.taken..<item.taken + count))
            item.taken += count
            room -= count
            guard item.taken < item.crops.count else { continue }
            embeddings.insert(item, at: count == limits.batch ? embeddings.count : 0)
        }
        // What is left is for a worker that may be asleep.
        if !embeddings.isEmpty { condition.signal() }
        return .batch(shares)
    }

    /// Embeds a batch. Where that fails, the requests that share it are tried one by one: a crop that the
    /// network can't take is the trouble of the request that brought it and of nobody else.
    private func run(_ shares: [Share]) {
        let outcome = Result { try embed(shares.flatMap { $0.item.crops[$0.range] }) }
        switch outcome {
        case .success(let embeddings):
            precondition(
                embeddings.count == shares.reduce(0) { $0 + $1.range.count },
                "an embedder answers one embedding a crop")
            var rest = embeddings[...]
            for share in shares {
                answer(share, .success(rest.prefix(share.range.count)))
                rest = rest.dropFirst(share.range.count)
            }
        case .failure where shares.count > 1:
            for share in shares { run([share]) }
        case .failure(let error):
            answer(shares[0], .failure(error))
        }
    }

    /// Hands a share's outcome to its request, and ends the request where nothing more is missing or all is
    /// lost.
    private func answer(_ share: Share, _ outcome: Result<ArraySlice<Embedding>, any Error>) {
        let item = share.item
        let result = locked { () -> Result<[Embedding], any Error>? in
            if item.isOver { return nil }
            switch outcome {
            case .success(let part):
                for (index, embedding) in zip(share.range, part) { item.results[index] = embedding }
                item.missing -= part.count
                guard item.missing == 0 else { return nil }
                item.isOver = true
                return .success(item.results.map { $0! })
            case .failure(let error):
                item.isOver = true
                embeddings.removeAll { $0 === item }
                return .failure(error)
            }
        }
        if let result { item.finish(result) }
    }

    private func finishWorker() {
        let callbacks = locked { () -> [@Sendable () -> Void] in
            liveWorkers -= 1
            guard liveWorkers == 0 else { return [] }
            defer { onClosed = [] }
            return onClosed
        }
        for callback in callbacks { callback() }
    }

    // MARK: End

    func close(_ completion: @escaping @Sendable () -> Void) {
        let isOver = locked { () -> Bool in
            isClosed = true
            condition.broadcast()
            if liveWorkers > 0 { onClosed.append(completion) }
            return liveWorkers == 0
        }
        if isOver { completion() }
    }
}

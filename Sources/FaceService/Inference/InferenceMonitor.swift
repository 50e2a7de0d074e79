import Foundation
import Kernels

/// The state of an ``InferenceQueue`` and the loop of its workers, behind one lock and condition.
///
/// `@unchecked Sendable`: every stored variable is read and written with `condition` locked, and the items
/// that go in and out are touched under the same lock or by the one worker that took them.
final class InferenceMonitor<Crop: Sendable, Embedding: Sendable>: @unchecked Sendable {
    /// Work that is run once, on one worker, and what it leaves to be embedded.
    ///
    /// `@unchecked Sendable`: its variables are touched under the monitor's lock only.
    final class Analysis: @unchecked Sendable {
        let run: () -> Embedded?
        let fail: (any Error) -> Void
        let enqueued = ContinuousClock.now
        var isCancelled = false
        var rest: Embedded?

        init(run: @escaping @Sendable () -> Embedded?, fail: @escaping @Sendable (any Error) -> Void) {
            self.run = run
            self.fail = fail
        }
    }

    /// The crops of one request, which may go out in several batches and share each with others.
    ///
    /// `@unchecked Sendable`: its variables are touched under the monitor's lock only.
    final class Embedded: @unchecked Sendable {
        let crops: [Crop]
        let finish: (Result<[Embedding], any Error>) -> Void
        let enqueued = ContinuousClock.now
        var taken = 0
        var results: [Embedding?]
        var missing: Int
        var isOver = false

        init(crops: [Crop], finish: @escaping @Sendable (Result<[Embedding], any Error>) -> Void) {
            self.crops = crops
            self.finish = finish
            results = Array(repeating: nil, count: crops.count)
            missing = crops.count
        }
    }

    /// A crop in a batch and where its embedding belongs.
    private struct Place {
        let item: Embedded
        let index: Int
    }

    private enum Work {
        case batch([Place])
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
            case .batch(let places): BusyThreads.working { run(places) }
            case .analysis(let item):
                if let rest = BusyThreads.working(item.run) { enqueue(rest, of: item) }
            case .none: return finishWorker()
            }
        }
    }

    /// The next thing to do, waiting for it; `.none` when the worker is to end.
    private func next() -> Work {
        while true {
            if isBatchDue { return takeBatch() }
            if !analyses.isEmpty {
                let item = analyses.removeFirst()
                observeWait("analyse", (ContinuousClock.now - item.enqueued).inSeconds)
                return .analysis(item)
            }
            if isClosed && admittedCount == 0 { return .none }
            condition.wait()
        }
    }

    /// A batch goes when it is full, when no image waits whose faces could join it, or when its oldest crop has
    /// waited for long enough. So a thread that would otherwise be idle never waits, and under load batches fill.
    private var isBatchDue: Bool {
        guard let oldest = embeddings.first else { return false }
        let crops = embeddings.reduce(0) { $0 + $1.crops.count - $1.taken }
        return analyses.isEmpty || crops >= limits.batch
            || ContinuousClock.now >= oldest.enqueued + limits.batchWait
    }

    private func takeBatch() -> Work {
        var places: [Place] = []
        while places.count < limits.batch, let item = embeddings.first {
            if item.taken == 0 { observeWait("embed", (ContinuousClock.now - item.enqueued).inSeconds) }
            let count = min(limits.batch - places.count, item.crops.count - item.taken)
            for index in item.taken..<item.taken + count { places.append(Place(item: item, index: index)) }
            item.taken += count
            if item.taken == item.crops.count { embeddings.removeFirst() }
        }
        // What is left is for a worker that may be asleep.
        if !embeddings.isEmpty { condition.signal() }
        return .batch(places)
    }

    private func run(_ places: [Place]) {
        let outcome = Result { try embed(places.map { $0.item.crops[$0.index] }) }
        var done: [(Embedded, Result<[Embedding], any Error>)] = []
        locked {
            switch outcome {
            case .success(let embeddings):
                precondition(embeddings.count == places.count, "an embedder answers one embedding a crop")
                for (place, embedding) in zip(places, embeddings) where !place.item.isOver {
                    place.item.results[place.index] = embedding
                    place.item.missing -= 1
                    if place.item.missing == 0 {
                        place.item.isOver = true
                        done.append((place.item, .success(place.item.results.map { $0! })))
                    }
                }
            case .failure(let error):
                for place in places where !place.item.isOver {
                    place.item.isOver = true
                    embeddings.removeAll { $0 === place.item }
                    done.append((place.item, .failure(error)))
                }
            }
        }
        for (item, result) in done { item.finish(result) }
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

/// Why a request has no place in the queue.
package enum QueueRefusal: Error, Equatable, Sendable {
    /// All places are taken; try again after so many seconds.
    case full(retryAfterSeconds: Int)
    /// The service is ending.
    case closing
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

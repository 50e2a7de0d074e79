import Foundation
import Locks

/// A bounded queue in front of a fixed set of threads that run networks.
///
/// Networks block for milliseconds to seconds, so they run on threads of their own and never on the
/// cooperative pool. A request is admitted once, before its first step, or refused at once: what was begun is
/// then finished, and nobody waits behind more than `Limits.waiting` others. Decoding and detecting is one
/// kind of work; embedding is another, done together for several requests where there are more images waiting
/// than workers.
package final class InferenceQueue<Crop: Sendable, Embedding: Sendable>: Sendable {
    /// The sizes of a queue.
    package struct Limits: Sendable {
        /// Threads.
        package var workers: Int
        /// Requests that may wait beside those that the workers serve.
        package var waiting: Int
        /// Most crops that go through the network together.
        package var batch: Int
        /// How long the oldest crop of a batch that is not full waits at most, while images wait whose faces
        /// could fill it.
        package var batchWait: Duration

        package init(workers: Int, waiting: Int, batch: Int, batchWait: Duration) {
            self.workers = workers
            self.waiting = waiting
            self.batch = batch
            self.batchWait = batchWait
        }
    }

    /// How much stands in the queue.
    package struct Depth: Sendable, Equatable {
        /// Requests admitted and not yet finished.
        package let admitted: Int
        /// Images that wait to be decoded and looked at.
        package let analyses: Int
        /// Crops that wait to be embedded.
        package let crops: Int
    }

    package let limits: Limits
    let monitor: InferenceMonitor<Crop, Embedding>

    /// - Parameters:
    ///   - embed: embeds a batch, an embedding a crop in order; runs on a worker. Where it throws for crops
    ///     of several requests, each request's are tried again alone, so that a bad crop fails its own
    ///     request only.
    ///   - observeWait: told the kind of work (`analyse`, `embed`) and the seconds it waited.
    package init(
        limits: Limits,
        observeWait: @escaping @Sendable (String, Double) -> Void = { _, _ in },
        embed: @escaping @Sendable ([Crop]) throws -> [Embedding]
    ) {
        self.limits = limits
        let monitor = InferenceMonitor(limits: limits, observeWait: observeWait, embed: embed)
        self.monitor = monitor
        for index in 0..<limits.workers {
            let thread = Thread { monitor.work() }
            thread.name = "inference-\(index)"
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    /// Runs `body` with a place in the queue, or throws `overloaded` at once where there is none.
    package func admitted<R: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> R
    ) async throws -> R {
        try monitor.admit()
        defer { monitor.release() }
        return try await body()
    }

    /// Runs `work` on a worker; a task that is cancelled while it waits is taken out of the queue.
    package func analyse<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
        let ticket = HandOver<R>()
        let item = InferenceMonitor<Crop, Embedding>.Analysis(
            run: {
                ticket.finish(with: Result { try work() })
                return nil
            }, fail: { ticket.finish(with: .failure($0)) })
        return try await value(of: item, ticket)
    }

    /// Runs `work` as `analyse` does and embeds the crops that it gives, without a way back to the task
    /// between the two: where nobody else waits, the same worker does both.
    package func embed<R: Sendable>(
        cropsOf work: @escaping @Sendable () throws -> (R, [Crop])
    ) async throws -> (R, [Embedding]) {
        let ticket = HandOver<(R, [Embedding])>()
        let item = InferenceMonitor<Crop, Embedding>.Analysis(
            run: {
                do {
                    let (result, crops) = try work()
                    if !crops.isEmpty {
                        return .init(crops: crops) { ticket.finish(with: $0.map { (result, $0) }) }
                    }
                    ticket.finish(with: .success((result, [])))
                } catch {
                    ticket.finish(with: .failure(error))
                }
                return nil
            }, fail: { ticket.finish(with: .failure($0)) })
        return try await value(of: item, ticket)
    }

    private func value<R: Sendable>(
        of item: InferenceMonitor<Crop, Embedding>.Analysis, _ ticket: HandOver<R>
    ) async throws -> R {
        try await withTaskCancellationHandler {
            try await ticket.value { self.monitor.enqueue(item) }
        } onCancel: {
            monitor.cancel(item)
        }
    }

    /// Embeds `crops`, together with those of other requests; as many embeddings in the same order.
    package func embed(_ crops: [Crop]) async throws -> [Embedding] {
        if crops.isEmpty { return [] }
        let ticket = HandOver<[Embedding]>()
        let item = InferenceMonitor<Crop, Embedding>.Embedded(crops: crops) { ticket.finish(with: $0) }
        return try await withTaskCancellationHandler {
            try await ticket.value { self.monitor.enqueue(item) }
        } onCancel: {
            monitor.cancel(item)
        }
    }

    /// What stands in the queue now.
    package var depth: Depth { monitor.depth }

    /// Admits nobody any more, finishes what was admitted and ends the threads.
    package func shutDown() async {
        await withCheckedContinuation { continuation in
            monitor.close { continuation.resume() }
        }
    }
}

package import Encodings
import Foundation
package import Gallery
import Locks
import SubCenter

/// Runs jobs one after the other, each on a thread of its own; their state is kept by the store.
package final class JobRunner: Sendable {
    let store: GalleryStore
    private let queueLimit: Int
    /// Threads that a job may use.
    let threads: Int
    /// What the vectors of a purification may take.
    let vectorByteLimit: Int
    let board = JobBoard()
    /// Between two attempts to note the end of a job.
    private static let retryInterval: Duration = .seconds(1)
    private let work: AsyncStream<@Sendable () async -> Void>.Continuation
    private let runner: Task<Void, Never>
    private let isClosing = Locked(false)
    /// What kept the ends of jobs from being noted; nil where each is tried until it is.
    private let unnoted = Locked<[JobID: any Error]?>(nil)
    /// Told of errors that are not the job's own fault; set once by whoever logs.
    private let reporter = Locked<(@Sendable (any Error, JobID) -> Void)?>(nil)

    init(store: GalleryStore, queueLimit: Int, threads: Int, vectorByteLimit: Int) {
        self.store = store
        self.queueLimit = queueLimit
        self.threads = threads
        self.vectorByteLimit = vectorByteLimit
        let (stream, continuation) = AsyncStream.makeStream(of: (@Sendable () async -> Void).self)
        work = continuation
        runner = Task { for await job in stream { await job() } }
    }

    /// Sends errors that no client sees to a log.
    package func report(to reporter: @escaping @Sendable (any Error, JobID) -> Void) {
        self.reporter.withLock { $0 = reporter }
    }

    /// Tries to note a job's end once and no more, as whoever waits for it can't be kept until the disk has
    /// room.
    package func endOnce() { unnoted.withLock { $0 = $0 ?? [:] } }

    /// What kept the end of a job from being noted, where it was tried once.
    func failureToEnd(_ id: JobID) -> (any Error)? { unnoted.withLock { $0?[id] } }

    /// Puts a purification in the queue; throws `job_running` when the gallery has a job that is not over.
    package func purify(_ gallery: GalleryName, _ request: PurifyRequest) async throws -> JobRecord {
        try request.validate()
        if let names = request.identities { try await store.requireIdentities(names, in: gallery) }
        return try await enqueue(.purify, on: gallery, request.json) { [self] id in
            try await purify(id, gallery, request)
        }
    }

    /// Puts a piece of work in the queue, which is to end the job that it is given; what it throws ends the
    /// job too.
    package func enqueue(
        _ kind: JobKind, on gallery: GalleryName, _ parameters: JSONValue,
        _ body: @escaping @Sendable (JobID) async throws -> Void
    ) async throws -> JobRecord {
        try await enqueue(
            {
                try await store.createJob(
                    kind: kind, gallery: gallery,
                    parameters: JSONObjectText(parameters.jsonText(), limit: Self.textLimit))
            }, body: body)
    }

    /// The same for a job that `create` makes in the store.
    func enqueue(
        _ create: () async throws -> JobRecord, body: @escaping @Sendable (JobID) async throws -> Void
    ) async throws -> JobRecord {
        guard !isClosing.withLock({ $0 }) else { throw QueueRefusal.closing }
        // One more than may wait: the one that runs.
        guard board.reserve(upTo: queueLimit + 1) else { throw QueueRefusal.jobsFull(retryAfterSeconds: 30) }
        let job: JobRecord
        do { job = try await create() } catch {
            board.giveBack()
            throw error
        }
        board.add(job.id)
        if case .enqueued = work.yield({ [self] in await run(job.id, body) }) { return job }
        // The service ended while the job was made: nobody will work on it.
        board.remove(job.id)
        // Where the store is closed already, the next start ends the job.
        _ = try? await store.finishJob(job.id, .cancelled)
        throw QueueRefusal.closing
    }

    /// Tells how far a job is, 0 to 1; for the work that `enqueue` was given.
    package func advance(_ id: JobID, to progress: Double) { board.setProgress(progress, of: id) }

    /// The job as it is now, its progress fresh from memory, with the whole report or as lists show it.
    package func job(_ id: JobID, summarised: Bool = false) async throws -> JobAnswer {
        let progress = board.progress(of: id)
        return try JobAnswer(try await store.job(id, summarised: summarised), progress: progress)
    }

    /// Ends a job that is not over; throws `job_finished` for one that is. Nothing of it stays.
    package func cancel(_ id: JobID) async throws -> JobRecord {
        // First the work is told to stop: one that is about to write holds the queue on which the end is
        // noted.
        let wasStopped = board.stop(id)
        let progress = board.progress(of: id) ?? 0
        do {
            let record = try await store.finishJob(id, .cancelled, progress: progress)
            board.remove(id)
            return record
        } catch {
            guard case GalleryError.jobFinished = error, wasStopped else { throw error }
            board.remove(id)
            // By the work itself, on its way out, or it had written before it could be told.
            let record = try await store.job(id, summarised: true)
            guard record.state == .cancelled else { throw GalleryError.jobFinished(id) }
            return record
        }
    }

    /// Cancels what is queued or running and waits for the end.
    package func shutDown() async {
        isClosing.withLock { $0 = true }
        // First, so that what was taken in is on the board, and what comes later is refused.
        work.finish()
        for id in board.jobs {
            do {
                _ = try await cancel(id)
            } catch {
                // It ended by itself meanwhile, or the store can't say; either way nobody works on it any
                // more.
                board.remove(id)
            }
        }
        await runner.value
    }

    /// Reports of large galleries list every identity.
    static let textLimit = 256 << 20

    private func run(_ id: JobID, _ body: @Sendable (JobID) async throws -> Void) async {
        defer { board.remove(id) }
        do {
            _ = try await store.startJob(id)
            try await body(id)
        } catch GalleryError.jobFinished, PurifyError.cancelled {
            await end(id, .cancelled)
        } catch let failure as JobFailure {
            await end(id, .failed(error: failure.reason, report: failure.report, summary: failure.summary))
        } catch {
            let problem = ProblemMapping.problem(for: error)
            if problem.code.status >= 500 { reporter.withLock { $0 }?(error, id) }
            await end(id, .failed(error: problem.detail))
        }
    }

    /// Notes how a job ended, unless it was cancelled meanwhile. A store that can't write (a full disk, say)
    /// is asked again until it can or the service ends: a job that nobody works on must not stand as running,
    /// as its gallery would take no other.
    private func end(_ id: JobID, _ outcome: JobOutcome) async {
        var isReported = false
        let progress = board.progress(of: id) ?? 0
        while true {
            do {
                _ = try await store.finishJob(id, outcome, progress: progress)
                return
            } catch GalleryError.jobFinished, GalleryError.jobNotFound {
                // Whoever cancelled it, or deleted its gallery, has said so to the store.
                return
            } catch {
                if !isReported { reporter.withLock { $0 }?(error, id) }
                isReported = true
                unnoted.withLock { $0?[id] = error }
            }
            if isClosing.withLock({ $0 }) || failureToEnd(id) != nil { return }
            try? await Task.sleep(for: Self.retryInterval)
        }
    }
}

/// Runs `body` on a thread of its own: it may take minutes, which the cooperative pool has not got.
package func onThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    let handOver = HandOver<R>()
    return try await handOver.value {
        let thread = Thread { handOver.finish(with: Result { try body() }) }
        thread.name = "job"
        thread.stackSize = 8 << 20
        thread.start()
    }
}

import Gallery
import Locks

/// What is known in memory of jobs that are not over: progress, the wish to cancel, and who listens.
final class JobBoard: Sendable {
    /// One job under way.
    private struct Entry {
        var progress = 0.0
        var isStopped = false
        var listeners: [Int: AsyncStream<JobSignal>.Continuation] = [:]
    }

    private struct State {
        var entries: [JobID: Entry] = [:]
        /// Places of jobs that are being made.
        var reserved = 0
        var nextListener = 0
    }

    /// The least progress that is worth telling: a listener costs a read of the database each time.
    private static let step = 0.01

    private let state = Locked(State())

    /// Keeps a place for a job that is about to be made; false where `limit` jobs have one.
    func reserve(upTo limit: Int) -> Bool {
        state.withLock { state in
            guard state.entries.count + state.reserved < limit else { return false }
            state.reserved += 1
            return true
        }
    }

    /// Gives a place back that no job took.
    func giveBack() { state.withLock { $0.reserved -= 1 } }

    /// Puts a job on the place that was kept for it.
    func add(_ job: JobID) {
        state.withLock { state in
            state.reserved -= 1
            state.entries[job] = Entry()
        }
    }

    /// Takes a job off the board and tells its listeners that it is over.
    func remove(_ job: JobID) {
        let entry = state.withLock { $0.entries.removeValue(forKey: job) }
        for listener in entry.map({ Array($0.listeners.values) }) ?? [] {
            listener.yield(.over)
            listener.finish()
        }
    }

    func setProgress(_ progress: Double, of job: JobID) {
        let listeners = state.withLock { state -> [AsyncStream<JobSignal>.Continuation] in
            guard let entry = state.entries[job], progress >= entry.progress + Self.step || progress >= 1
            else {
                return []
            }
            state.entries[job]?.progress = progress
            return Array(entry.listeners.values)
        }
        for listener in listeners { listener.yield(.progress(progress)) }
    }

    func progress(of job: JobID) -> Double? { state.withLock { $0.entries[job]?.progress } }

    /// Tells whoever works on a job to give up; false when it is not on the board.
    func stop(_ job: JobID) -> Bool {
        state.withLock { state in
            state.entries[job]?.isStopped = true
            return state.entries[job] != nil
        }
    }

    /// So is a job that was taken off the board before its end.
    func isCancelled(_ job: JobID) -> Bool { state.withLock { $0.entries[job]?.isStopped ?? true } }

    /// How many jobs are queued or running.
    var count: Int { state.withLock { $0.entries.count } }

    var jobs: [JobID] { state.withLock { Array($0.entries.keys) } }

    /// What happens to a job from now on; ends at once for a job that is not on the board. Only the newest
    /// signals are kept for a slow listener, the last one always.
    func signals(of job: JobID) -> (stream: AsyncStream<JobSignal>, heartbeat: @Sendable () -> Void) {
        let (stream, continuation) = AsyncStream.makeStream(
            of: JobSignal.self, bufferingPolicy: .bufferingNewest(8))
        let number = state.withLock { state -> Int? in
            guard state.entries[job] != nil else { return nil }
            state.nextListener += 1
            state.entries[job]?.listeners[state.nextListener] = continuation
            return state.nextListener
        }
        guard let number else {
            continuation.yield(.over)
            continuation.finish()
            return (stream, {})
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.entries[job]?.listeners.removeValue(forKey: number) }
        }
        return (stream, { continuation.yield(.heartbeat) })
    }
}

/// What a listener of a job hears.
enum JobSignal: Sendable, Equatable {
    /// 0 to 1.
    case progress(Double)
    /// Nothing new, but the line must not fall silent.
    case heartbeat
    case over
}

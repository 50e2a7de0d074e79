import Locks

/// Lets one piece of asynchronous work a key through at a time, in the order of arrival.
package final class Turnstiles<Key: Hashable & Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Void, any Error>

    private struct State {
        /// Who waits, for each key that somebody is at work under.
        var waiting: [Key: [(ticket: Int, waiter: Waiter)]] = [:]
        var tickets = 0
        /// Tickets whose tasks were cancelled while they did not wait.
        var cancelled: Set<Int> = []
    }

    private let state = Locked(State())

    package init() {}

    /// Runs `work` when nobody else is under the key; a task that is cancelled while it waits goes away.
    package func pass<R>(_ key: Key, _ work: () async throws -> R) async throws -> R {
        let ticket = state.withLock { state in
            state.tickets += 1
            return state.tickets
        }
        // A task that is cancelled as its turn comes leaves its ticket there.
        defer { state.withLock { state in _ = state.cancelled.remove(ticket) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in enter(key, ticket, waiter) }
        } onCancel: {
            giveUp(key, ticket)
        }
        defer { leave(key) }
        return try await work()
    }

    /// How many wait under a key.
    package func waiting(_ key: Key) -> Int { state.withLock { $0.waiting[key]?.count ?? 0 } }

    private func enter(_ key: Key, _ ticket: Int, _ waiter: Waiter) {
        let result = state.withLock { state -> Result<Void, any Error>? in
            if state.cancelled.remove(ticket) != nil { return .failure(CancellationError()) }
            guard state.waiting[key] == nil else {
                state.waiting[key]?.append((ticket, waiter))
                return nil
            }
            state.waiting[key] = []
            return .success(())
        }
        if let result { waiter.resume(with: result) }
    }

    private func giveUp(_ key: Key, _ ticket: Int) {
        let waiter = state.withLock { state -> Waiter? in
            guard let place = state.waiting[key]?.firstIndex(where: { $0.ticket == ticket }) else {
                state.cancelled.insert(ticket)
                return nil
            }
            return state.waiting[key]?.remove(at: place).waiter
        }
        waiter?.resume(throwing: CancellationError())
    }

    /// The next one takes over, or the way is free.
    private func leave(_ key: Key) {
        let next = state.withLock { state -> Waiter? in
            guard let first = state.waiting[key]?.first else {
                state.waiting[key] = nil
                return nil
            }
            state.waiting[key]?.removeFirst()
            return first.waiter
        }
        next?.resume()
    }
}

import Locks

/// Counts connections, over all and by address, and knows when the last one is gone.
final class Admission: Sendable {
    /// What to do with a new connection.
    enum Verdict {
        case admitted
        /// Over a limit, but it gets an answer.
        case turnedAway(reason: String)
        /// So many are being turned away that this one gets nothing.
        case dropped
    }

    private struct State {
        var admitted = 0
        var turnedAway = 0
        var byAddress: [SocketAddress.IP: Int] = [:]
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Connections that may be told at one time that there is no room.
    private static let maximumTurnedAway = 64

    private let maximum: Int
    private let maximumPerAddress: Int?
    private let countsLoopback: Bool
    private let state = Locked(State())

    init(maximum: Int, maximumPerAddress: Int?, countsLoopback: Bool) {
        self.maximum = maximum
        self.maximumPerAddress = maximumPerAddress
        self.countsLoopback = countsLoopback
    }

    /// Open connections, those being turned away included.
    var count: Int { state.withLock { $0.admitted + $0.turnedAway } }

    func enter(_ peer: SocketAddress) -> Verdict {
        state.withLock { state in
            if let reason = refusal(peer, state) {
                guard state.turnedAway < Self.maximumTurnedAway else { return .dropped }
                state.turnedAway += 1
                return .turnedAway(reason: reason)
            }
            state.admitted += 1
            if isCounted(peer) { state.byAddress[peer.admissionKey, default: 0] += 1 }
            return .admitted
        }
    }

    private func refusal(_ peer: SocketAddress, _ state: State) -> String? {
        if state.admitted >= maximum { return "the server has no free connection" }
        guard let maximumPerAddress, isCounted(peer) else { return nil }
        let count = state.byAddress[peer.admissionKey] ?? 0
        return count >= maximumPerAddress ? "there are too many connections from this address" : nil
    }

    private func isCounted(_ peer: SocketAddress) -> Bool { countsLoopback || !peer.isLoopback }

    func leave(_ peer: SocketAddress, wasAdmitted: Bool) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            if wasAdmitted {
                state.admitted -= 1
                if let count = state.byAddress[peer.admissionKey], isCounted(peer) {
                    state.byAddress[peer.admissionKey] = count > 1 ? count - 1 : nil
                }
            } else {
                state.turnedAway -= 1
            }
            return state.admitted + state.turnedAway == 0 ? state.waiters.takeAll() : []
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when no connection is open.
    func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.admitted + state.turnedAway == 0 { return true }
                state.waiters.append(continuation)
                return false
            }
            if isEmpty { continuation.resume() }
        }
    }
}

extension Array {
    fileprivate mutating func takeAll() -> [Element] {
        defer { self = [] }
        return self
    }
}

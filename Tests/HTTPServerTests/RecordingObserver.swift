import HTTPServer
import Locks

/// Keeps what it hears.
final class RecordingObserver: ServerObserver {
    struct Events {
        var opened = 0
        var closed = 0
        var refused = 0
        var started = 0
        var finished: [FinishedRequest] = []
    }

    private let state = Locked(Events())

    var events: Events { state.withLock { $0 } }

    func connectionOpened(peer: SocketAddress) { state.withLock { $0.opened += 1 } }
    func connectionClosed(peer: SocketAddress) { state.withLock { $0.closed += 1 } }
    func connectionRefused(peer: SocketAddress) { state.withLock { $0.refused += 1 } }
    func requestStarted() { state.withLock { $0.started += 1 } }
    func requestFinished(_ request: FinishedRequest) { state.withLock { $0.finished.append(request) } }
}

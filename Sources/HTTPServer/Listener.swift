import Dispatch
import HTTP

/// A listening socket that hands connections to the loops in turn.
///
/// `@unchecked Sendable`: the mutable state is confined to `queue`.
final class Listener: @unchecked Sendable {
    private let file: Int32
    private let loops: [EventLoop]
    private let admission: Admission
    private let pause: DispatchTimeInterval
    private let queue = DispatchQueue(label: "http.accept")
    private let source: any DispatchSourceRead
    private var nextLoop = 0
    private var isPaused = false
    private var isStopped = false

    /// Owns `file` from here on.
    init(file: Int32, loops: [EventLoop], admission: Admission, pause: Duration) {
        self.file = file
        self.loops = loops
        self.admission = admission
        self.pause = .milliseconds(max(1, Int(pause / .milliseconds(1))))
        source = DispatchSource.makeReadSource(fileDescriptor: file, queue: queue)
    }

    func start() {
        source.setEventHandler { @Sendable [weak self] in self?.acceptable() }
        source.activate()
    }

    /// Stops accepting; returns when the socket is closed.
    func stop() async {
        await withCheckedContinuation { continuation in
            queue.async { @Sendable in self.stop(continuation) }
        }
    }

    private func stop(_ continuation: CheckedContinuation<Void, Never>) {
        guard !isStopped else { return continuation.resume() }
        isStopped = true
        let file = file
        source.setCancelHandler { @Sendable in
            SystemCalls.close(file)
            continuation.resume()
        }
        source.cancel()
        if isPaused { source.resume() }
    }

    /// Accepts a bounded number a time; the source fires again for the rest.
    private func acceptable() {
        guard !isStopped else { return }
        for _ in 0..<64 {
            switch SystemCalls.accept(file) {
            case .socket(let socket, let peer): hand(socket, peer)
            case .skipped: continue
            case .none: return
            case .exhausted: return pauseAccepting()
            case .failed(let code): preconditionFailure("accept on a listening socket: errno \(code)")
            }
        }
    }

    private func hand(_ socket: Int32, _ peer: SocketAddress) {
        let refusal: RequestRefusal?
        switch admission.enter(peer) {
        case .admitted: refusal = nil
        case .turnedAway(let reason): refusal = RequestRefusal(.serviceUnavailable, reason)
        case .dropped: return SystemCalls.close(socket)
        }
        let loop = loops[nextLoop]
        nextLoop = (nextLoop + 1) % loops.count
        loop.queue.async { @Sendable in loop.adopt(socket, peer: peer, refusal: refusal) }
    }

    /// The socket stays readable while descriptors are out, so waiting for it would spin.
    private func pauseAccepting() {
        isPaused = true
        source.suspend()
        queue.asyncAfter(deadline: .now() + pause) { @Sendable [weak self] in self?.resumeAccepting() }
    }

    private func resumeAccepting() {
        guard isPaused, !isStopped else { return }
        isPaused = false
        source.resume()
    }
}

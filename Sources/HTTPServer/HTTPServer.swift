import Dispatch
import HTTP
import Locks

/// An HTTP/1.1 server on nonblocking sockets.
///
/// Connections are spread over a few event loops (serial dispatch queues) and stay on theirs. Handlers run as
/// tasks of their own; the task is cancelled when its client goes away. Up to its first wait a handler holds
/// up the other connections of its loop: what takes long belongs elsewhere.
package final class HTTPServer: Sendable {
    private enum State {
        case new
        case starting
        case listening([Listener])
        case stopped

        /// A server starts once.
        mutating func beginStart() throws(ServerError) {
            switch self {
            case .new: self = .starting
            case .starting, .listening: throw .alreadyStarted
            case .stopped: throw .stopped
            }
        }

        /// nil when the server was stopped meanwhile.
        mutating func endStart(_ listeners: () -> [Listener]) -> [Listener]? {
            guard case .starting = self else { return nil }
            let listeners = listeners()
            self = .listening(listeners)
            return listeners
        }

        /// It may be started again, unless it was stopped meanwhile.
        mutating func giveUpStart() {
            if case .starting = self { self = .new }
        }
    }

    private let configuration: ServerConfiguration
    private let admission: Admission
    private let loops: [EventLoop]
    private let state = Locked(State.new)

    package init(
        configuration: ServerConfiguration, observer: any ServerObserver = SilentObserver(),
        handler: @escaping @Sendable (ServerRequest) async -> ServerResponse
    ) {
        let admission = Admission(
            maximum: configuration.maximumConnections,
            maximumPerAddress: configuration.maximumConnectionsPerAddress,
            countsLoopback: configuration.countsLoopbackConnections)
        self.configuration = configuration
        self.admission = admission
        loops = (0..<max(1, configuration.eventLoops)).map {
            EventLoop(
                index: $0, configuration: configuration, observer: observer, admission: admission,
                handler: handler)
        }
    }

    /// Binds, listens and serves until `drain`, which has to be called before the server is let go. Returns
    /// the addresses it listens on, with the ports that were taken.
    ///
    /// - Parameter bound: told those addresses before anything is accepted on them.
    /// - Throws: `stopped` where `drain` was called meanwhile, `alreadyStarted` the second time.
    package func start(bound: ([SocketAddress]) -> Void = { _ in }) throws(ServerError) -> [SocketAddress] {
        try state.withLock { state throws(ServerError) in try state.beginStart() }
        do throws(ServerError) {
            return try listen(bound)
        } catch {
            state.withLock { $0.giveUpStart() }
            throw error
        }
    }

    private func listen(_ bound: ([SocketAddress]) -> Void) throws(ServerError) -> [SocketAddress] {
        let files = try Binding(configuration).bind()
        var addresses: [SocketAddress] = []
        do throws(ServerError) {
            for file in files { addresses.append(try SystemCalls.localAddress(file)) }
        } catch {
            for file in files { SystemCalls.close(file) }
            throw error
        }
        bound(addresses)
        let listeners = state.withLock { state in
            state.endStart {
                files.map {
                    Listener(file: $0, loops: loops, admission: admission, pause: configuration.acceptPause)
                }
            }
        }
        guard let listeners else {
            for file in files { SystemCalls.close(file) }
            throw .stopped
        }
        for listener in listeners { listener.start() }
        return addresses
    }

    /// Stops accepting, closes idle connections, lets busy ones finish with `Connection: close` and cuts
    /// what is left after `limit`. Returns when no connection is open. Tasks of cut connections are
    /// cancelled, not waited for.
    package func drain(within limit: Duration) async {
        let listeners = state.withLock { state in
            defer { state = .stopped }
            if case .listening(let listeners) = state { return listeners }
            return []
        }
        for listener in listeners { await listener.stop() }
        for loop in loops { loop.queue.async { @Sendable in loop.drain() } }
        let cutter = Task { [loops] in
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            for loop in loops { loop.queue.async { @Sendable in loop.cut() } }
        }
        await admission.waitUntilEmpty()
        cutter.cancel()
    }

    /// Open connections now, those that are being turned away included.
    package var connectionCount: Int { admission.count }
}

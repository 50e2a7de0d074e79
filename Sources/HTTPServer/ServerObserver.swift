/// Hears what the server does, for the access log and the metrics.
///
/// Called on event loops, never under a lock: an implementation must be quick and must not block.
package protocol ServerObserver: Sendable {
    func connectionOpened(peer: SocketAddress)
    func connectionClosed(peer: SocketAddress)
    /// A connection that was turned away because of a limit.
    func connectionRefused(peer: SocketAddress)
    func requestStarted()
    func requestFinished(_ request: FinishedRequest)
}

extension ServerObserver {
    package func connectionOpened(peer: SocketAddress) {}
    package func connectionClosed(peer: SocketAddress) {}
    package func connectionRefused(peer: SocketAddress) {}
    package func requestStarted() {}
    package func requestFinished(_ request: FinishedRequest) {}
}

/// Hears nothing.
package struct SilentObserver: ServerObserver {
    package init() {}
}

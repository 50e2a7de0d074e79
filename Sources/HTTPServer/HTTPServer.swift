/// An HTTP/1.1 server on nonblocking sockets.
package final class HTTPServer: Sendable {
    package init(
        configuration: ServerConfiguration, observer: any ServerObserver = SilentObserver(),
        handler: @escaping @Sendable (ServerRequest) async -> ServerResponse
    ) {}

    /// Binds, listens and serves; the addresses it listens on, with the ports that were taken.
    package func start() throws(ServerError) -> [SocketAddress] { fatalError("...") }

    /// Stops accepting, closes idle connections, lets busy ones finish with `Connection: close`, cuts what is left
    /// after `limit`. Returns when no connection is open.
    package func drain(within limit: Duration) async { fatalError("...") }

    /// Open connections now.
    package var connectionCount: Int { fatalError("...") }
}

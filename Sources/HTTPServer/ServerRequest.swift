package import HTTP

/// A request as a handler gets it.
package struct ServerRequest: Sendable {
    /// Method, target, headers.
    package let head: HTTPRequest
    package let body: RequestBody
    package let peer: SocketAddress
    /// The request id: the client's own if it sent a sane one, else made here. The response carries it
    /// already.
    package let id: String

    package init(head: HTTPRequest, body: RequestBody, peer: SocketAddress, id: String) {
        self.head = head
        self.body = body
        self.peer = peer
        self.id = id
    }
}

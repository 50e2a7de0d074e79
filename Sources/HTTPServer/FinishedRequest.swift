package import HTTP

/// A request that is over, one way or the other.
package struct FinishedRequest: Sendable {
    /// Nil when the request was refused before its head was understood.
    package let method: HTTPMethod?
    /// The path as sent, percent-encoded, without query; it may hold names of people. Nil as above.
    package let path: String?
    /// The response's route pattern.
    package let route: String?
    /// The response's principal.
    package let principal: String?
    /// Nil when the connection ended before a response began.
    package let status: HTTPStatus?
    /// Whether the whole response was handed to the socket.
    package let isComplete: Bool
    /// Body bytes read (chunk framing not counted).
    package let bytesIn: Int
    /// Response body bytes written (head and chunk framing not counted).
    package let bytesOut: Int
    /// From the end of the request head to the end of the response.
    package let duration: Duration
    package let peer: SocketAddress
    package let id: String
}

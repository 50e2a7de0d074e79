/// Why a request's body ended before its end.
package enum BodyFailure: Hashable, Sendable {
    /// The client closed or reset the connection, or the server cut it.
    case disconnected
    /// No bytes came, or too few a second.
    case timedOut
    /// The chunked framing is broken; the text says how.
    case malformed(String)
}

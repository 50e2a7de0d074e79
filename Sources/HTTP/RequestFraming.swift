/// How a request's body is delimited (RFC 9112, 6.3).
package enum RequestFraming: Hashable, Sendable {
    /// No body.
    case none
    /// So many bytes, at least one.
    case length(Int)
    case chunked
}

/// How a response's body is delimited (RFC 9112, 6.3).
package enum ResponseFraming: Hashable, Sendable {
    /// The status or the request's method forbid a body. `length` is what `Content-Length` says, if anything.
    case none(length: Int?)
    case length(Int)
    case chunked
    /// To the end of the connection: a stream of unknown length to an HTTP/1.0 client.
    case untilClose

    /// `length` is nil for a stream of unknown length.
    package init(length: Int?, status: HTTPStatus, method: HTTPMethod?, version: HTTPVersion) {
        if status.forbidsBody {
            self = .none(length: nil)
        } else if method == .head {
            self = .none(length: length)
        } else if let length {
            self = .length(length)
        } else {
            self = version == .http11 ? .chunked : .untilClose
        }
    }
}

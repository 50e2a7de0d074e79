/// The protocol versions that are spoken here; any other is answered 505 (RFC 9110, 15.6.6).
package enum HTTPVersion: String, Hashable, Sendable {
    case http10 = "HTTP/1.0"
    case http11 = "HTTP/1.1"
}

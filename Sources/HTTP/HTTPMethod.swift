/// A request method: a token, case-sensitive (RFC 9110, 9.1). A value that is not a token can't be built.
package struct HTTPMethod: Hashable, Sendable, CustomStringConvertible {
    /// The method as it stands on the wire, such as `GET`.
    package let rawValue: String

    /// Nil when `text` is not a token of RFC 9110, 5.6.2.
    package init?(_ text: String) {
        guard ByteClass.isToken(text.utf8) else { return nil }
        rawValue = text
    }

    init(unchecked text: String) { rawValue = text }

    package var description: String { rawValue }

    package static let get = HTTPMethod(unchecked: "GET")
    package static let head = HTTPMethod(unchecked: "HEAD")
    package static let post = HTTPMethod(unchecked: "POST")
    package static let put = HTTPMethod(unchecked: "PUT")
    package static let patch = HTTPMethod(unchecked: "PATCH")
    package static let delete = HTTPMethod(unchecked: "DELETE")
    package static let options = HTTPMethod(unchecked: "OPTIONS")
    package static let connect = HTTPMethod(unchecked: "CONNECT")
    package static let trace = HTTPMethod(unchecked: "TRACE")
}

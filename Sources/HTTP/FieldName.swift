/// A header field's name: a token that compares without regard to case (RFC 9110, 5.1).
package struct FieldName: Sendable, CustomStringConvertible {
    /// The name as it was written; responses keep this spelling.
    package let rawName: String
    /// The name in lower case, which is what compares.
    package let canonicalName: String

    /// Nil when `name` is not a token.
    package init?(_ name: String) {
        guard ByteClass.isToken(name.utf8) else { return nil }
        self.init(unchecked: name)
    }

    init(unchecked name: String) {
        rawName = name
        canonicalName = name.lowercased()
    }

    package var description: String { rawName }

    package static let accept = FieldName(unchecked: "Accept")
    package static let allow = FieldName(unchecked: "Allow")
    package static let authorization = FieldName(unchecked: "Authorization")
    package static let cacheControl = FieldName(unchecked: "Cache-Control")
    package static let connection = FieldName(unchecked: "Connection")
    package static let contentDisposition = FieldName(unchecked: "Content-Disposition")
    package static let contentEncoding = FieldName(unchecked: "Content-Encoding")
    package static let contentLength = FieldName(unchecked: "Content-Length")
    package static let contentType = FieldName(unchecked: "Content-Type")
    package static let date = FieldName(unchecked: "Date")
    package static let etag = FieldName(unchecked: "ETag")
    package static let expect = FieldName(unchecked: "Expect")
    package static let host = FieldName(unchecked: "Host")
    package static let origin = FieldName(unchecked: "Origin")
    package static let secFetchSite = FieldName(unchecked: "Sec-Fetch-Site")
    package static let location = FieldName(unchecked: "Location")
    package static let retryAfter = FieldName(unchecked: "Retry-After")
    package static let server = FieldName(unchecked: "Server")
    package static let serverTiming = FieldName(unchecked: "Server-Timing")
    package static let trailer = FieldName(unchecked: "Trailer")
    package static let transferEncoding = FieldName(unchecked: "Transfer-Encoding")
    package static let wwwAuthenticate = FieldName(unchecked: "WWW-Authenticate")
    package static let xApiKey = FieldName(unchecked: "X-Api-Key")
    package static let xRequestID = FieldName(unchecked: "X-Request-Id")
}

extension FieldName: Hashable {
    package static func == (one: FieldName, other: FieldName) -> Bool {
        one.canonicalName == other.canonicalName
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }
}

extension FieldName: ExpressibleByStringLiteral {
    /// Traps when the literal is not a token: a literal is our own code.
    package init(stringLiteral name: String) {
        precondition(ByteClass.isToken(name.utf8), "a field name is a token")
        self.init(unchecked: name)
    }
}

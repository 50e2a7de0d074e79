/// A parsed request head; its body comes separately.
package struct HTTPRequest: Sendable {
    package let method: HTTPMethod
    package let target: RequestTarget
    package let version: HTTPVersion
    package let headers: HTTPHeaders
    package let framing: RequestFraming

    package init(
        method: HTTPMethod, target: RequestTarget, version: HTTPVersion, headers: HTTPHeaders,
        framing: RequestFraming
    ) {
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers
        self.framing = framing
    }

    /// The path as sent, percent-encoded. Route on `segments`.
    package var path: String { target.rawPath }
    /// The percent-decoded path segments.
    package var segments: [String] { target.segments }
    /// The percent-decoded query.
    package var query: [QueryItem] { target.queryItems }

    /// Whether the client wants the connection kept (RFC 9112, 9.3).
    package var isKeepAlive: Bool {
        if headers.list(.connection, has: "close") { return false }
        return version == .http11 || headers.list(.connection, has: "keep-alive")
    }

    /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110, 10.1.1).
    package var expectsContinue: Bool {
        version == .http11 && framing != .none && headers.list(.expect, has: "100-continue")
    }
}

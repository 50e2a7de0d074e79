package import HTTP

/// What a handler answers.
package struct ServerResponse: Sendable {
    /// The content. HEAD, 204 and 304 never send it, whatever it is.
    package enum Body: Sendable {
        case empty
        case bytes([UInt8])
        /// Written piece by piece. Without a length it goes out chunked (HTTP/1.1) or until close (1.0). A
        /// writer that throws, or that writes less or more than `contentLength`, has the connection cut so
        /// that the client sees the failure.
        case stream(contentLength: Int?, @Sendable (ResponseWriter) async throws -> Void)
    }

    package var status: HTTPStatus
    /// `Date`, `Connection`, `Content-Length`, `Transfer-Encoding` and `X-Request-Id` are set by the server.
    package var headers: HTTPHeaders
    package var body: Body
    /// The route's pattern, such as `/galleries/{g}`, for the observer: a label of bounded cardinality.
    package var route: String?
    /// Who asked, as far as the handler knows it, for the observer.
    package var principal: String?
    /// Closes the connection after this response.
    package var closesConnection = false

    package init(
        status: HTTPStatus, headers: HTTPHeaders = HTTPHeaders(), body: Body = .empty, route: String? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.route = route
    }
}

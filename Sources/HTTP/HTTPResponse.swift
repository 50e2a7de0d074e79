/// A response head: framing fields (`Content-Length`, `Transfer-Encoding`, `Connection`, `Date`) are
/// added when it is written and ignored here.
package struct HTTPResponse: Sendable {
    package var status: HTTPStatus
    package var headers: HTTPHeaders

    package init(status: HTTPStatus, headers: HTTPHeaders = HTTPHeaders()) {
        self.status = status
        self.headers = headers
    }
}

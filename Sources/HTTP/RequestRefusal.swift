/// Why a request was refused before a handler saw it: the status to answer with, and the reason in words.
///
/// The text names limits and places, never what the client sent, so that it may be logged.
package struct RequestRefusal: Error, Hashable, Sendable {
    package let status: HTTPStatus
    package let detail: String

    package init(_ status: HTTPStatus, _ detail: String) {
        self.status = status
        self.detail = detail
    }
}

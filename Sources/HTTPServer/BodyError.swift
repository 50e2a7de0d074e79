/// Why a request body could not be read to its end.
package enum BodyError: Error, Hashable, Sendable {
    /// It is longer than the caller takes; `limit` in bytes. Answer 413.
    case tooLarge(limit: Int)
    /// The client went away or the server stopped. Nobody will read the answer.
    case disconnected
    /// The client was too slow. Answer 408.
    case timedOut
    /// The chunked framing is broken. Answer 400.
    case malformed(String)
    /// The task that reads was cancelled.
    case cancelled
}

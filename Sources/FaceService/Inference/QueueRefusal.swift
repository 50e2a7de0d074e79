/// Why a request has no place in the queue.
package enum QueueRefusal: Error, Equatable, Sendable {
    /// All places are taken; try again after so many seconds.
    case full(retryAfterSeconds: Int)
    /// The same of the job queue.
    case jobsFull(retryAfterSeconds: Int)
    /// The service is ending.
    case closing
}

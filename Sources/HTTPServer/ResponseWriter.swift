/// The sink of a streamed response body.
package struct ResponseWriter: Sendable {
    /// Sends `bytes`, then waits until what is buffered falls under the high-water mark.
    /// Throws `WriteError` when the client is gone or the task is cancelled.
    package func write(_ bytes: [UInt8]) async throws(WriteError) { fatalError("...") }
}

/// Why a piece of a streamed response could not be sent.
package enum WriteError: Error, Hashable, Sendable {
    /// The client went away, stopped reading, or the server stopped.
    case disconnected
    /// More bytes than the declared content length.
    case tooLong
}

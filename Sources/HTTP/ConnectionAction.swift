/// What the state machine wants done. The socket code obeys in order and decides nothing.
package enum ConnectionAction: Sendable {
    /// Hand the request to a handler; its answer comes back through `respond`.
    case start(HTTPRequest)
    /// Answer this in the place of a handler, through `respond`. The headers are those that were read before
    /// the refusal: parts of a request that is not to be trusted, good for telling the client which one it
    /// was.
    case refuse(RequestRefusal, headers: HTTPHeaders)
    /// A piece of the current request's body.
    case body([UInt8])
    /// The body is complete.
    case bodyEnd
    /// The body won't be complete.
    case bodyFailed(BodyFailure)
    /// Put these bytes into the output.
    case send([UInt8])
    /// Nobody waits for the handler's answer any more.
    case cancelHandler
    /// The exchange is over.
    case finished(ExchangeSummary)
    /// Close the sending side: the client gets an end of stream behind our last byte.
    case shutdownWrite
    /// Close the socket. Nothing follows.
    case close
}

/// What an exchange came to.
package struct ExchangeSummary: Hashable, Sendable {
    /// Nil when no response was begun.
    package let status: HTTPStatus?
    /// Whether all of the response went into the output.
    package let isComplete: Bool
    /// Request body bytes that were read, framing not counted.
    package let bytesIn: Int
    /// Response body bytes, framing not counted.
    package let bytesOut: Int
}

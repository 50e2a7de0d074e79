/// Why a piece of a streamed response could not be sent.
package enum WriteError: Error, Hashable, Sendable {
    /// The client went away or stopped reading, or the server stopped.
    case disconnected
    /// More bytes than the declared content length; the connection is cut.
    case tooLong
}

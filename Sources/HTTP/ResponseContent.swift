/// A response's body as the state machine sees it.
package enum ResponseContent: Sendable {
    case bytes([UInt8])
    /// Pieces follow through `write` and `endStream`; nil is an unknown length.
    case stream(length: Int?)
}

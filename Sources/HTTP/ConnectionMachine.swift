/// The life of one HTTP/1.1 connection as a pure state machine: events go in with the time at which they
/// happened, actions come out. No socket, no clock, no thread; tests feed it bytes and instants.
///
/// Requests are answered one at a time in the order in which they came; what a client sends ahead waits in
/// a bounded buffer.
package struct ConnectionMachine: Sendable {
    package typealias Instant = ContinuousClock.Instant

    enum Phase {
        /// Between requests or within a head; `since` is when this wait began.
        case head(since: Instant, hasBytes: Bool)
        case exchange(Exchange)
        /// The last response is written; its bytes are leaving.
        case flushing
        /// Our side is closed; the client's bytes are thrown away so that it can read our answer.
        case lingering(until: Instant, left: Int)
        case closed
    }

    let limits: ConnectionLimits
    var parser: RequestParser
    var phase: Phase
    /// Whether a request was answered on this connection: the first head has the shorter timeout.
    var hasServed = false
    var isDraining = false
    /// The client closed its sending side.
    var sawEnd = false
    /// Bytes in the output that the socket has not taken.
    var pendingOutput = 0
    var lastOutput: Instant
    /// The `Date` header's value; the owner keeps it fresh.
    package var date: String?

    package init(limits: ConnectionLimits, now: Instant) {
        self.limits = limits
        parser = RequestParser(limits: limits.parser)
        phase = .head(since: now, hasBytes: false)
        lastOutput = now
    }

    package var isClosed: Bool {
        if case .closed = phase { return true }
        return false
    }

    /// Whether the handler's stream is to be run: false for HEAD and when the client is gone.
    package var wantsStream: Bool {
        if case .exchange(let exchange) = phase, case .streaming = exchange.responseSide { return true }
        return false
    }

    /// Whether more bytes may be read from the socket. False is back-pressure.
    package var wantsRead: Bool {
        if sawEnd { return false }
        switch phase {
        case .head:
            return pendingOutput <= limits.outputHighWater || parser.bufferedBytes < limits.pipelineBytes
        case .exchange(let exchange):
            if case .reading = exchange.requestSide, exchange.isPaused { return false }
            return parser.bufferedBytes < limits.pipelineBytes
        case .lingering: return true
        case .flushing: return parser.bufferedBytes < limits.pipelineBytes
        case .closed: return false
        }
    }

    /// When `tick` has something to do, if nothing else happens before.
    package var deadline: Instant? {
        let output = pendingOutput > 0 ? lastOutput.advanced(by: limits.writeStallTimeout) : nil
        guard let input = inputDeadline else { return output }
        return output.map { min($0, input) } ?? input
    }

    private var inputDeadline: Instant? {
        switch phase {
        case .head where pendingOutput > 0: nil
        case .head(let since, let hasBytes):
            since.advanced(by: hasServed && !hasBytes ? limits.idleTimeout : limits.headTimeout)
        case .exchange(let exchange):
            if case .done = exchange.requestSide { nil } else { exchange.clock.deadline(limits) }
        case .flushing, .closed: nil
        case .lingering(let until, _): until
        }
    }
}

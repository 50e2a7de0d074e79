/// One request and its response, inside the state machine.
struct Exchange {
    enum RequestSide {
        /// The body goes to the handler.
        case reading
        /// The response is complete; the rest of the body is thrown away.
        case discarding
        /// Nothing more is read for this request.
        case done
    }

    enum ResponseSide {
        /// The handler has not answered.
        case pending
        case streaming(ResponseFraming, left: Int?)
        case done
    }

    /// Nil for a request that was refused before its head was understood.
    let method: HTTPMethod?
    let version: HTTPVersion
    var requestSide: RequestSide
    var responseSide = ResponseSide.pending
    var keepsAlive: Bool
    /// The client waits for `100 Continue`.
    var owesContinue: Bool
    /// The handler has not taken what it was given: don't read on.
    var isPaused = false
    var clock: BodyClock
    var status: HTTPStatus?
    var bytesOut = 0

    init(_ request: HTTPRequest, keepsAlive: Bool, now: ContinuousClock.Instant) {
        method = request.method
        version = request.version
        requestSide = .reading
        self.keepsAlive = keepsAlive
        owesContinue = request.expectsContinue
        clock = BodyClock(now: now, isRunning: !owesContinue)
    }

    /// A request that was refused: the answer is the connection's last.
    init(refusedAt now: ContinuousClock.Instant) {
        method = nil
        version = .http11
        requestSide = .done
        keepsAlive = false
        owesContinue = false
        clock = BodyClock(now: now, isRunning: false)
    }

    func summary(isComplete: Bool) -> ExchangeSummary {
        ExchangeSummary(status: status, isComplete: isComplete, bytesIn: clock.bytes, bytesOut: bytesOut)
    }
}

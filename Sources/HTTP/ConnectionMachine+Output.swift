/// What comes from the handler.
extension ConnectionMachine {
    /// The handler's answer to the current request. Ignored when the connection is over.
    package mutating func respond(
        _ response: HTTPResponse, content: ResponseContent, closing: Bool = false, now: Instant
    ) -> [ConnectionAction] {
        guard case .exchange(var exchange) = phase, case .pending = exchange.responseSide else { return [] }
        precondition(!response.status.isInformational, "a handler's answer is final")
        let framing = ResponseFraming(
            length: content.length, status: response.status, method: exchange.method,
            version: exchange.version)
        exchange.status = response.status
        exchange.keepsAlive =
            exchange.keepsAlive && !closing && !isDraining && framing != .untilClose
            && restIsWorthReading(exchange)
        var actions: [ConnectionAction] = []
        let head = ResponseSerializer.head(
            response, framing: framing, connection: connectionHeader(exchange), date: date)
        send(head, content, framing, &exchange, now: now, &actions)
        phase = .exchange(exchange)
        if !finishIfOver(now: now, &actions) { pump(now: now, &actions) }
        return actions
    }

    /// Whether it is cheaper to read the rest of the body than to lose the connection.
    private func restIsWorthReading(_ exchange: Exchange) -> Bool {
        if case .done = exchange.requestSide { return true }
        guard !exchange.owesContinue, let rest = parser.remainingBodyBytes else { return false }
        return rest <= limits.discardBytes
    }

    private func connectionHeader(_ exchange: Exchange) -> String? {
        if !exchange.keepsAlive { return "close" }
        return exchange.version == .http10 ? "keep-alive" : nil
    }

    private mutating func send(
        _ head: [UInt8], _ content: ResponseContent, _ framing: ResponseFraming, _ exchange: inout Exchange,
        now: Instant, _ actions: inout [ConnectionAction]
    ) {
        emit(head, now: now, &actions)
        if case .none = framing {
            exchange.responseSide = .done
            return
        }
        switch content {
        case .bytes(let bytes):
            emit(bytes, now: now, &actions)
            exchange.bytesOut = bytes.count
            exchange.responseSide = .done
        case .stream(let length): exchange.responseSide = .streaming(framing, left: length)
        }
    }

    /// A piece of a streamed body. Nil when it is more than the declared length, and the connection is to
    /// be cut by `failed`.
    package mutating func write(_ bytes: [UInt8], now: Instant) -> [ConnectionAction]? {
        guard case .exchange(var exchange) = phase,
            case .streaming(let framing, let left) = exchange.responseSide
        else { return [] }
        if let left {
            guard bytes.count <= left else { return nil }
            exchange.responseSide = .streaming(framing, left: left - bytes.count)
        }
        exchange.bytesOut += bytes.count
        phase = .exchange(exchange)
        if bytes.isEmpty { return [] }
        var actions: [ConnectionAction] = []
        emit(framing == .chunked ? ResponseSerializer.chunk(bytes) : bytes, now: now, &actions)
        return actions
    }

    /// The end of a streamed body. A body shorter than declared cuts the connection, so that the client
    /// notices.
    package mutating func endStream(now: Instant) -> [ConnectionAction] {
        guard case .exchange(var exchange) = phase,
            case .streaming(let framing, let left) = exchange.responseSide
        else { return [] }
        guard left ?? 0 == 0 else { return close() }
        var actions: [ConnectionAction] = []
        if framing == .chunked { emit(ResponseSerializer.lastChunk, now: now, &actions) }
        exchange.responseSide = .done
        phase = .exchange(exchange)
        if !finishIfOver(now: now, &actions) { pump(now: now, &actions) }
        return actions
    }

    /// The handler asks for more of the body than it was given: a waiting client is told to go on.
    package mutating func bodyWanted(now: Instant) -> [ConnectionAction] {
        guard case .exchange(var exchange) = phase, case .reading = exchange.requestSide else { return [] }
        var actions: [ConnectionAction] = []
        if exchange.owesContinue, case .pending = exchange.responseSide {
            exchange.owesContinue = false
            emit(ResponseSerializer.continueResponse, now: now, &actions)
        }
        exchange.isPaused = false
        exchange.clock.resume(now: now)
        phase = .exchange(exchange)
        pump(now: now, &actions)
        return actions
    }

    /// The handler has more of the body than it took: reading stops until `bodyWanted`.
    package mutating func bodyUnwanted(now: Instant) {
        guard case .exchange(var exchange) = phase, case .reading = exchange.requestSide else { return }
        exchange.isPaused = true
        exchange.clock.pause(now: now)
        phase = .exchange(exchange)
    }

    /// Counts what goes into the output, so that nothing closes before it has left.
    private mutating func emit(_ bytes: [UInt8], now: Instant, _ actions: inout [ConnectionAction]) {
        guard !bytes.isEmpty else { return }
        if pendingOutput == 0 { lastOutput = now }
        pendingOutput += bytes.count
        actions.append(.send(bytes))
    }

    /// `pending` bytes of the output are left after an attempt to write.
    package mutating func outputChanged(pending: Int, now: Instant) -> [ConnectionAction] {
        if pending < pendingOutput { lastOutput = now }
        let becameEmpty = pending == 0 && pendingOutput > 0
        pendingOutput = pending
        var actions: [ConnectionAction] = []
        switch phase {
        case .flushing: actions += closeWhenFlushed(now: now)
        case .head(_, let hasBytes):
            // A client that is still reading our answer is not idle.
            if becameEmpty { phase = .head(since: now, hasBytes: hasBytes) }
            pump(now: now, &actions)
        case .exchange, .lingering, .closed: break
        }
        return actions
    }
}

extension ResponseContent {
    /// Nil for a stream of unknown length.
    fileprivate var length: Int? {
        switch self {
        case .bytes(let bytes): bytes.count
        case .stream(let length): length
        }
    }
}

/// What comes from the client.
extension ConnectionMachine {
    /// Bytes were read.
    package mutating func received(_ bytes: UnsafeRawBufferPointer, now: Instant) -> [ConnectionAction] {
        switch phase {
        case .closed: return []
        case .lingering(let until, let left):
            guard bytes.count < left else { return close() }
            phase = .lingering(until: until, left: left - bytes.count)
            return []
        case .head(_, false): phase = .head(since: now, hasBytes: true)
        case .head, .exchange, .flushing: break
        }
        parser.append(bytes)
        var actions: [ConnectionAction] = []
        pump(now: now, &actions)
        return actions
    }

    /// Bytes were read.
    package mutating func received(_ bytes: [UInt8], now: Instant) -> [ConnectionAction] {
        bytes.withUnsafeBytes { received($0, now: now) }
    }

    /// The client closed its sending side. It may still read, so an answer under way is finished, but its
    /// handler is told: more often than not the client is gone.
    package mutating func receivedEnd(now: Instant) -> [ConnectionAction] {
        guard !sawEnd else { return [] }
        sawEnd = true
        switch phase {
        case .closed: return []
        case .lingering: return close()
        case .head:
            // Requests sent ahead may wait for the output to drain; they are still answered.
            return pendingOutput > limits.outputHighWater ? [] : closeWhenFlushed(now: now)
        case .flushing: return []
        case .exchange(var exchange):
            var actions: [ConnectionAction] = []
            if case .done = exchange.requestSide {
            } else if !exchange.isPaused || parser.bufferedBytes == 0 {
                failBody(.disconnected, &exchange, &actions)
            }
            phase = .exchange(exchange)
            if case .done = exchange.responseSide {} else { actions.append(.cancelHandler) }
            finishIfOver(now: now, &actions)
            return actions
        }
    }

    /// The connection is broken: reset by the client, or cut by the owner.
    package mutating func failed() -> [ConnectionAction] { close() }

    /// Parses as much as may be parsed now.
    mutating func pump(now: Instant, _ actions: inout [ConnectionAction]) {
        while true {
            switch phase {
            case .head:
                guard pendingOutput <= limits.outputHighWater, parseHead(now: now, &actions) else { return }
            case .exchange(let exchange):
                guard parseBody(exchange, now: now, &actions) else { return }
            case .flushing, .lingering, .closed: return
            }
        }
    }

    /// False when there is nothing more to do now.
    private mutating func parseHead(now: Instant, _ actions: inout [ConnectionAction]) -> Bool {
        do {
            guard case .head(let request)? = try parser.next() else {
                if sawEnd { actions += closeWhenFlushed(now: now) }
                return false
            }
            phase = .exchange(Exchange(request, keepsAlive: request.isKeepAlive, now: now))
            actions.append(.start(request))
            return true
        } catch {
            refuse(error, now: now, &actions)
            return false
        }
    }

    mutating func refuse(_ refusal: RequestRefusal, now: Instant, _ actions: inout [ConnectionAction]) {
        phase = .exchange(Exchange(refusedAt: now))
        actions.append(.refuse(refusal, headers: parser.headersSoFar))
    }

    private mutating func parseBody(
        _ before: Exchange, now: Instant, _ actions: inout [ConnectionAction]
    ) -> Bool {
        var exchange = before
        if case .done = exchange.requestSide { return false }
        if case .reading = exchange.requestSide, exchange.isPaused { return false }
        do {
            guard let event = try parser.next() else {
                if sawEnd { failBody(.disconnected, &exchange, &actions) }
                phase = .exchange(exchange)
                finishIfOver(now: now, &actions)
                return false
            }
            take(event, &exchange, now: now, &actions)
        } catch {
            failBody(.malformed(error.detail), &exchange, &actions)
        }
        phase = .exchange(exchange)
        return !finishIfOver(now: now, &actions)
    }

    private func take(
        _ event: RequestParser.Event, _ exchange: inout Exchange, now: Instant,
        _ actions: inout [ConnectionAction]
    ) {
        let isRead = if case .reading = exchange.requestSide { true } else { false }
        switch event {
        case .body(let bytes):
            // A client that sends without waiting needs no permission any more (RFC 9110, 10.1.1).
            exchange.owesContinue = false
            exchange.clock.resume(now: now)
            exchange.clock.received(bytes.count, now: now)
            if isRead { actions.append(.body(bytes)) }
        case .end:
            exchange.requestSide = .done
            exchange.owesContinue = false
            if isRead { actions.append(.bodyEnd) }
        case .head: preconditionFailure("a head follows the end of a request only")
        }
    }

    /// Gives the body up; the connection can't be used for another request.
    func failBody(_ failure: BodyFailure, _ exchange: inout Exchange, _ actions: inout [ConnectionAction]) {
        if case .reading = exchange.requestSide { actions.append(.bodyFailed(failure)) }
        exchange.requestSide = .done
        exchange.owesContinue = false
        exchange.keepsAlive = false
    }
}

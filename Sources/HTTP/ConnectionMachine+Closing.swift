/// How exchanges and connections end.
extension ConnectionMachine {
    /// Time passed. Call it at `deadline` or later.
    package mutating func tick(now: Instant) -> [ConnectionAction] {
        guard let deadline, deadline <= now else { return [] }
        if pendingOutput > 0, lastOutput.advanced(by: limits.writeStallTimeout) <= now { return close() }
        var actions: [ConnectionAction] = []
        switch phase {
        case .head(_, hasBytes: true):
            refuse(
                RequestRefusal(.requestTimeout, "the request head took longer than \(limits.headTimeout)"),
                now: now, &actions)
        case .head, .lingering: return close()
        case .exchange(var exchange):
            failBody(.timedOut, &exchange, &actions)
            phase = .exchange(exchange)
            finishIfOver(now: now, &actions)
        case .flushing, .closed: break
        }
        return actions
    }

    /// The server is going down: an idle connection closes at once, a busy one after its answer.
    package mutating func drain(now: Instant) -> [ConnectionAction] {
        isDraining = true
        switch phase {
        // Nothing of the client is unread, so closing can't destroy an answer, and a client that keeps its
        // pool of connections for later must not hold up the end for `lingerTimeout`.
        case .head(_, hasBytes: false): return pendingOutput == 0 ? close() : closeWhenFlushed(now: now)
        case .lingering: return close()
        case .head, .exchange, .flushing, .closed: return []
        }
    }

    /// Turns a fresh connection away: its answer is written before a request is read.
    package mutating func turnAway(_ refusal: RequestRefusal, now: Instant) -> [ConnectionAction] {
        var actions: [ConnectionAction] = []
        refuse(refusal, now: now, &actions)
        return actions
    }

    /// Ends the exchange when both sides of it are done; true when it ended.
    @discardableResult
    mutating func finishIfOver(now: Instant, _ actions: inout [ConnectionAction]) -> Bool {
        guard case .exchange(var exchange) = phase, case .done = exchange.responseSide else { return false }
        if exchange.keepsAlive, case .reading = exchange.requestSide {
            exchange.requestSide = .discarding
            exchange.clock.resume(now: now)
            phase = .exchange(exchange)
        }
        if exchange.keepsAlive, case .discarding = exchange.requestSide { return false }
        actions.append(.finished(exchange.summary(isComplete: true)))
        hasServed = true
        if exchange.keepsAlive {
            phase = .head(since: now, hasBytes: parser.bufferedBytes > 0)
            if isDraining, parser.bufferedBytes == 0 {
                actions += closeWhenFlushed(now: now)
            } else {
                pump(now: now, &actions)
            }
        } else {
            actions += closeWhenFlushed(now: now)
        }
        return true
    }

    /// Closes our sending side once the output is empty, then waits for the client's end.
    mutating func closeWhenFlushed(now: Instant) -> [ConnectionAction] {
        phase = .flushing
        return pendingOutput == 0 ? lingerOrClose(now: now) : []
    }

    private mutating func lingerOrClose(now: Instant) -> [ConnectionAction] {
        if sawEnd { return close() }
        phase = .lingering(until: now.advanced(by: limits.lingerTimeout), left: limits.lingerBytes)
        return [.shutdownWrite]
    }

    /// Ends everything at once.
    mutating func close() -> [ConnectionAction] {
        defer { phase = .closed }
        switch phase {
        case .closed: return []
        case .exchange(let exchange):
            var actions: [ConnectionAction] = []
            if case .reading = exchange.requestSide { actions.append(.bodyFailed(.disconnected)) }
            actions.append(.cancelHandler)
            actions.append(.finished(exchange.summary(isComplete: false)))
            return actions + [.close]
        case .head, .flushing, .lingering: return [.close]
        }
    }
}

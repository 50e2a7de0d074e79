import Dispatch
import HTTP

/// Requests, their handlers and their responses.
extension Connection {
    func start(_ request: HTTPRequest) {
        _ = beginExchange(id: RequestID.of(request.headers), request)
        guard let live = exchange else { return }
        let body = RequestBody(declaredLength: request.declaredLength, channel: live.body)
        exchange?.request = ServerRequest(head: request, body: body, peer: peer, id: live.id)
        loop.observer.requestStarted()
    }

    /// Calls the handler of a request that has just come, once what came with its head is in the body's
    /// channel: a handler whose body is there goes on without a wait, and up to its first wait it needs no
    /// other thread. Answers whether there was such a request.
    func callHandler() -> Bool {
        guard let live = exchange, let request = live.request else { return false }
        exchange?.request = nil
        let task = Task.immediate { [self] in await handle(request, number: live.number) }
        exchange?.task = task
        if live.isCancelled { task.cancel() }
        return true
    }

    func cancelHandler() {
        exchange?.isCancelled = true
        exchange?.task?.cancel()
    }

    /// Answers in the place of a handler. `headers` are what was read of the request's.
    func answer(_ refusal: RequestRefusal, to headers: HTTPHeaders) {
        let number = beginExchange(id: RequestID.of(headers), nil)
        loop.observer.requestStarted()
        var response = loop.configuration.refusalResponse(refusal.status, refusal.detail, exchange?.id ?? "")
        if case .stream = response.body { response.body = .empty }
        _ = respond(response, number: number)
    }

    private func beginExchange(id: String, _ request: HTTPRequest?) -> Int {
        exchangeCount += 1
        let number = exchangeCount
        let limits = loop.configuration.connection
        let body = BodyChannel(highWater: limits.bodyHighWater) { [weak self] in
            guard let self else { return }
            loop.queue.async { @Sendable in self.bodyWanted(number: number) }
        }
        exchange = LiveExchange(
            number: number, id: id, method: request?.method, path: request?.path, started: .now, body: body)
        return number
    }

    private func bodyWanted(number: Int) {
        guard exchange?.number == number else { return }
        perform(machine.bodyWanted(now: .now))
    }

    /// Runs on the loop up to its first wait, elsewhere from there on.
    private func handle(_ request: ServerRequest, number: Int) async {
        let response = await loop.handler(request)
        guard case .stream(_, let write) = response.body else {
            return loop.run { @Sendable in _ = self.respond(response, number: number) }
        }
        let isWanted = await withCheckedContinuation { continuation in
            loop.queue.async { @Sendable in
                continuation.resume(returning: self.respond(response, number: number))
            }
        }
        guard isWanted else { return }
        let succeeded: Bool
        do {
            try await write(ResponseWriter { await self.write($0, number: number) })
            succeeded = true
        } catch {
            // The head is on its way: cutting the body short is the only way left to tell the client.
            succeeded = false
        }
        loop.queue.async { @Sendable in self.endStream(number: number, succeeded: succeeded) }
    }

    /// Whether the response's stream is to be run.
    private func respond(_ response: ServerResponse, number: Int) -> Bool {
        guard exchange?.number == number, let id = exchange?.id else { return false }
        exchange?.route = response.route
        exchange?.principal = response.principal
        var headers = response.headers
        headers[.xRequestID] = FieldValue(id)
        if let name = loop.configuration.serverName { headers[.server] = name }
        machine.date = loop.date()
        perform(
            machine.respond(
                HTTPResponse(status: response.status, headers: headers), content: response.body.content,
                closing: response.closesConnection, now: .now))
        return exchange?.number == number && machine.wantsStream
    }

    private func write(_ bytes: [UInt8], number: Int) async -> Result<Void, WriteError> {
        await withCheckedContinuation { continuation in
            loop.queue.async { @Sendable in self.write(bytes, number: number, continuation) }
        }
    }

    private func write(
        _ bytes: [UInt8], number: Int, _ continuation: CheckedContinuation<Result<Void, WriteError>, Never>
    ) {
        guard exchange?.number == number, machine.wantsStream else {
            return continuation.resume(returning: .failure(.disconnected))
        }
        guard let actions = machine.write(bytes, now: .now) else {
            perform(machine.failed())
            return continuation.resume(returning: .failure(.tooLong))
        }
        exchange?.writers.append(continuation)
        perform(actions)
    }

    /// Lets waiting writers go on when there is room.
    func resumeWriters() {
        guard output.count <= loop.configuration.connection.outputHighWater, let live = exchange else {
            return
        }
        exchange?.writers = []
        for writer in live.writers { writer.resume(returning: .success(())) }
    }

    private func endStream(number: Int, succeeded: Bool) {
        guard exchange?.number == number else { return }
        perform(succeeded ? machine.endStream(now: .now) : machine.failed())
    }

    func finish(_ summary: ExchangeSummary) {
        guard let live = exchange else { return }
        exchange = nil
        live.body.end(.failure(.disconnected))
        for writer in live.writers { writer.resume(returning: .failure(.disconnected)) }
        loop.observer.requestFinished(
            FinishedRequest(
                method: live.method, path: live.path, route: live.route, principal: live.principal,
                status: summary.status,
                isComplete: summary.isComplete, bytesIn: summary.bytesIn, bytesOut: summary.bytesOut,
                duration: live.started.duration(to: .now), peer: peer, id: live.id))
    }
}

extension HTTPRequest {
    /// Nil for a chunked body.
    fileprivate var declaredLength: Int? {
        switch framing {
        case .none: 0
        case .length(let length): length
        case .chunked: nil
        }
    }
}

extension ServerResponse.Body {
    fileprivate var content: ResponseContent {
        switch self {
        case .empty: .bytes([])
        case .bytes(let bytes): .bytes(bytes)
        case .stream(let length, _): .stream(length: length)
        }
    }
}

extension BodyError {
    init(_ failure: BodyFailure) {
        self =
            switch failure {
            case .disconnected: .disconnected
            case .timedOut: .timedOut
            case .malformed(let detail): .malformed(detail)
            }
    }
}

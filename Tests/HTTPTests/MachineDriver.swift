import HTTP

/// Drives a connection's state machine as the socket code does, with a clock that only tests move.
struct MachineDriver {
    var machine: ConnectionMachine
    var now: ContinuousClock.Instant
    /// What went to the client, as text.
    var sent = ""
    /// Everything but `send`, in words.
    var log: [String] = []
    /// Whether output leaves at once; otherwise `flush` lets it.
    var takesOutput = true
    private var pending = 0

    init(_ configure: (inout ConnectionLimits) -> Void = { _ in }) {
        var limits = ConnectionLimits()
        configure(&limits)
        now = .now
        machine = ConnectionMachine(limits: limits, now: now)
        machine.date = "D"
    }

    mutating func receive(_ text: String) { obey(machine.received(Array(text.utf8), now: now)) }
    mutating func end() { obey(machine.receivedEnd(now: now)) }
    mutating func respond(_ status: HTTPStatus = .ok, _ body: String = "", closing: Bool = false) {
        obey(
            machine.respond(
                HTTPResponse(status: status), content: .bytes(Array(body.utf8)), closing: closing, now: now))
    }
    mutating func stream(length: Int?) {
        obey(machine.respond(HTTPResponse(status: .ok), content: .stream(length: length), now: now))
    }
    /// False when the machine wants the connection cut.
    mutating func write(_ text: String) -> Bool {
        guard let actions = machine.write(Array(text.utf8), now: now) else { return false }
        obey(actions)
        return true
    }
    mutating func endStream() { obey(machine.endStream(now: now)) }
    mutating func want() { obey(machine.bodyWanted(now: now)) }
    mutating func drain() { obey(machine.drain(now: now)) }
    mutating func fail() { obey(machine.failed()) }

    /// Moves the clock and lets the machine look at it.
    mutating func wait(_ duration: Duration) {
        now = now.advanced(by: duration)
        obey(machine.tick(now: now))
    }

    /// The client takes so many bytes.
    mutating func flush(_ count: Int = .max) {
        pending -= min(count, pending)
        obey(machine.outputChanged(pending: pending, now: now))
    }

    /// Takes what was sent so far.
    mutating func takeSent() -> String {
        defer { sent = "" }
        return sent
    }

    /// Takes the log so far.
    mutating func takeLog() -> [String] {
        defer { log = [] }
        return log
    }

    private mutating func obey(_ actions: [ConnectionAction]) {
        var sentSome = false
        for action in actions {
            if case .send(let bytes) = action {
                sent += String(decoding: bytes, as: UTF8.self)
                pending += bytes.count
                sentSome = true
            } else {
                log.append(Self.word(action))
            }
        }
        if sentSome && takesOutput { flush() }
    }

    private static func word(_ action: ConnectionAction) -> String {
        switch action {
        case .start(let request): "start \(request.method) \(request.path)"
        case .refuse(let refusal, let headers):
            "refuse \(refusal.status)" + (headers.text(.xRequestID).map { " " + $0 } ?? "")
        case .body(let bytes): "body \(String(decoding: bytes, as: UTF8.self))"
        case .bodyEnd: "end"
        case .bodyFailed(.malformed): "failed malformed"
        case .bodyFailed(let failure): "failed \(failure)"
        case .send: "send"
        case .cancelHandler: "cancel"
        case .finished(let summary):
            "finished \(summary.status?.description ?? "-") \(summary.isComplete) \(summary.bytesIn) \(summary.bytesOut)"
        case .shutdownWrite: "shutdown"
        case .close: "close"
        }
    }
}

import Dispatch
import HTTP

/// One socket: obeys the state machine and holds what the machine does not, the socket's sources, the
/// output and the handler's task.
///
/// `@unchecked Sendable`: all state is confined to the loop's queue; what comes from elsewhere goes through
/// `loop.queue.async`.
final class Connection: @unchecked Sendable {
    let peer: SocketAddress
    let loop: EventLoop
    let file: Int32
    private let isAdmitted: Bool
    var machine: ConnectionMachine
    var output = OutputBuffer()
    /// The exchange under way, and how many there were: a late answer to an earlier one is recognised by
    /// its number.
    var exchange: LiveExchange?
    var exchangeCount = 0
    private let readSource: any DispatchSourceRead
    private var isReading = true
    private var writeSource: (any DispatchSourceWrite)?
    private var isAwaitingWrite = false
    private var isOpen = true
    /// Actions that were not obeyed yet; obeying may bring more.
    private var actions: [ConnectionAction] = []
    private var isPerforming = false
    /// Whether the next handler is called in a turn of its own.
    private var isCallPending = false

    init(file: Int32, peer: SocketAddress, isAdmitted: Bool, loop: EventLoop) {
        self.file = file
        self.peer = peer
        self.isAdmitted = isAdmitted
        self.loop = loop
        machine = ConnectionMachine(limits: loop.configuration.connection, now: .now)
        readSource = DispatchSource.makeReadSource(fileDescriptor: file, queue: loop.queue)
    }

    /// Starts reading, or answers with `refusal`.
    func open(refusal: RequestRefusal?) {
        SystemCalls.disableDelay(file)
        readSource.setEventHandler { @Sendable [weak self] in self?.readable() }
        readSource.activate()
        if let refusal {
            loop.observer.connectionRefused(peer: peer)
            perform(machine.turnAway(refusal, now: .now))
        } else {
            loop.observer.connectionOpened(peer: peer)
        }
    }

    func tick(now: ContinuousClock.Instant) {
        guard let deadline = machine.deadline, deadline <= now else { return }
        perform(machine.tick(now: now))
    }

    func drain() { perform(machine.drain(now: .now)) }

    func cut() { perform(machine.failed()) }

    /// Obeys, sends, and obeys what sending brings, until nothing is left to do.
    func perform(_ more: [ConnectionAction]) {
        dispatchPrecondition(condition: .onQueue(loop.queue))
        actions += more
        guard !isPerforming else { return }
        isPerforming = true
        defer { isPerforming = false }
        var hasCalled = false
        repeat {
            let batch = actions
            actions = []
            for action in batch { obey(action) }
            if !hasCalled, !isCallPending { hasCalled = callHandler() }
            if actions.isEmpty { flush() }
        } while !actions.isEmpty
        updateReading()
        resumeWriters()
        callLater()
    }

    /// A handler that answers at once brings the next pipelined request: between them others have their turn.
    private func callLater() {
        guard exchange?.request != nil, !isCallPending else { return }
        isCallPending = true
        loop.queue.async { @Sendable [self] in
            isCallPending = false
            perform([])
        }
    }

    private func obey(_ action: ConnectionAction) {
        switch action {
        case .start(let request): start(request)
        case .refuse(let refusal, let headers): answer(refusal, to: headers)
        case .body(let bytes):
            if exchange?.body.push(bytes) == true { machine.bodyUnwanted(now: .now) }
        case .bodyEnd: exchange?.body.end(.success(()))
        case .bodyFailed(let failure): exchange?.body.end(.failure(BodyError(failure)))
        case .send(let bytes): output.append(bytes)
        case .cancelHandler: cancelHandler()
        case .finished(let summary): finish(summary)
        case .shutdownWrite: SystemCalls.shutdownWrite(file)
        case .close: close()
        }
    }

    // MARK: - The socket

    /// Reads until there is nothing left. A source that was told of a hang-up is not told again
    /// (libdispatch takes the descriptor out of epoll), so that leaving anything for the next event could
    /// leave it for ever. After a few buffers the other connections of the loop have their turn.
    private func readable() {
        for _ in 0..<8 {
            guard isOpen, machine.wantsRead else { return }
            switch SystemCalls.receive(file, into: loop.readBuffer) {
            case .bytes(0): return perform(machine.receivedEnd(now: .now))
            case .bytes(let count):
                perform(
                    machine.received(UnsafeRawBufferPointer(rebasing: loop.readBuffer[..<count]), now: .now))
            case .wouldBlock: return
            case .failed: return perform(machine.failed())
            }
        }
        readLater()
    }

    private func readLater() { loop.queue.async { @Sendable [self] in readable() } }

    private func flush() {
        while isOpen, !isAwaitingWrite, !output.isEmpty {
            switch output.withFirst({ SystemCalls.send(file, $0) }) {
            case .bytes(let count):
                output.advance(count)
                actions += machine.outputChanged(pending: output.count, now: .now)
            case .wouldBlock: return awaitWrite()
            case .failed:
                actions += machine.failed()
                return
            }
        }
    }

    private func awaitWrite() {
        guard !isAwaitingWrite else { return }
        isAwaitingWrite = true
        if let writeSource {
            writeSource.resume()
        } else {
            let source = DispatchSource.makeWriteSource(fileDescriptor: file, queue: loop.queue)
            source.setEventHandler { @Sendable [weak self] in self?.writable() }
            source.activate()
            writeSource = source
        }
    }

    private func writable() {
        guard isOpen, isAwaitingWrite else { return }
        isAwaitingWrite = false
        writeSource?.suspend()
        perform([])
    }

    /// A suspended read source is the back-pressure that the client feels.
    private func updateReading() {
        guard isOpen, isReading != machine.wantsRead else { return }
        isReading.toggle()
        guard isReading else { return readSource.suspend() }
        readSource.resume()
        // The source may have seen the hang-up already.
        readLater()
    }

    /// The descriptor is closed when both sources have let go of it, as closing it earlier could hand its
    /// number to another socket while they still look at it.
    private func close() {
        guard isOpen else { return }
        isOpen = false
        output.removeAll()
        let group = DispatchGroup()
        let sources: [any DispatchSourceProtocol] = [readSource] + (writeSource.map { [$0] } ?? [])
        for source in sources {
            group.enter()
            source.setCancelHandler { @Sendable in group.leave() }
            source.cancel()
        }
        // A cancelled source must not be suspended, or its cancel handler never runs.
        if !isReading { readSource.resume() }
        if !isAwaitingWrite { writeSource?.resume() }
        group.notify(queue: loop.queue) { @Sendable [self] in closed() }
    }

    private func closed() {
        SystemCalls.close(file)
        loop.remove(self)
        if isAdmitted { loop.observer.connectionClosed(peer: peer) }
        loop.admission.leave(peer, wasAdmitted: isAdmitted)
    }
}

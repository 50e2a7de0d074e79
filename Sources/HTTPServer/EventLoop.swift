import Dispatch
import Glibc
import HTTP

/// A serial queue with the connections that live on it. Nothing of them is touched from anywhere else.
///
/// `@unchecked Sendable`: all mutable state is confined to `queue`, which each method that is called there
/// checks.
final class EventLoop: @unchecked Sendable {
    let queue: DispatchQueue
    let configuration: ServerConfiguration
    let handler: @Sendable (ServerRequest) async -> ServerResponse
    let observer: any ServerObserver
    let admission: Admission

    /// One buffer for all connections of the loop: bytes go from here into a parser at once.
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)
    private var connections: [ObjectIdentifier: Connection] = [:]
    private var isDraining = false
    private let timer: any DispatchSourceTimer
    private var isTimerRunning = false
    private var dateSecond = 0
    private var dateText = ""
    private static let key = DispatchSpecificKey<ObjectIdentifier>()

    init(
        index: Int, configuration: ServerConfiguration, observer: any ServerObserver, admission: Admission,
        handler: @escaping @Sendable (ServerRequest) async -> ServerResponse
    ) {
        queue = DispatchQueue(label: "http.loop.\(index)")
        self.configuration = configuration
        self.handler = handler
        self.observer = observer
        self.admission = admission
        timer = DispatchSource.makeTimerSource(queue: queue)
        queue.setSpecific(key: Self.key, value: ObjectIdentifier(self))
        timer.setEventHandler { @Sendable [weak self] in self?.tick() }
        let step = Int(configuration.timerResolution / .milliseconds(1))
        timer.schedule(
            deadline: .now(), repeating: .milliseconds(max(1, step)), leeway: .milliseconds(max(1, step / 4)))
    }

    deinit {
        // A suspended source must be resumed before it goes.
        if !isTimerRunning { timer.resume() }
        timer.cancel()
        readBuffer.deallocate()
    }

    /// Runs `body` on the loop, on the calling thread where the loop is idle: nobody has to be woken then,
    /// which takes longer than most of what is done here. For threads that nothing on the loop waits for.
    func run(_ body: @Sendable () -> Void) {
        if DispatchQueue.getSpecific(key: Self.key) == ObjectIdentifier(self) {
            body()
        } else {
            queue.sync(execute: body)
        }
    }

    /// Takes a socket in, which `admission` has counted. `refusal` is the answer to one that is over a limit.
    func adopt(_ file: Int32, peer: SocketAddress, refusal: RequestRefusal?) {
        dispatchPrecondition(condition: .onQueue(queue))
        let connection = Connection(file: file, peer: peer, isAdmitted: refusal == nil, loop: self)
        connections[ObjectIdentifier(connection)] = connection
        updateTimer()
        connection.open(refusal: refusal)
        if isDraining { connection.drain() }
    }

    func remove(_ connection: Connection) {
        dispatchPrecondition(condition: .onQueue(queue))
        connections[ObjectIdentifier(connection)] = nil
        updateTimer()
    }

    func drain() {
        dispatchPrecondition(condition: .onQueue(queue))
        isDraining = true
        for connection in Array(connections.values) { connection.drain() }
    }

    /// Ends every connection, whatever it does.
    func cut() {
        dispatchPrecondition(condition: .onQueue(queue))
        for connection in Array(connections.values) { connection.cut() }
    }

    /// The `Date` header's value, made once a second.
    func date() -> String {
        let second = time(nil)
        if second != dateSecond {
            dateSecond = second
            dateText = HTTPDate.text(secondsSince1970: max(0, second))
        }
        return dateText
    }

    private func tick() {
        let now = ContinuousClock.now
        for connection in Array(connections.values) { connection.tick(now: now) }
    }

    /// A loop without connections does not wake up.
    private func updateTimer() {
        guard isTimerRunning == connections.isEmpty else { return }
        isTimerRunning.toggle()
        if isTimerRunning { timer.resume() } else { timer.suspend() }
    }
}

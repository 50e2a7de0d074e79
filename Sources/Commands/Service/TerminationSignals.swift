import Dispatch
import Foundation
import Locks

/// SIGTERM and SIGINT as something to wait for or to ask after, instead of the end of the process.
///
/// Only the first is held back: a second one ends the process at once, for the impatient.
final class TerminationSignals: Sendable {
    private static let numbers = [SIGTERM, SIGINT]

    private let stream: AsyncStream<Int32>
    private let state = Locked<Int32?>(nil)
    // Dispatch lets any thread cancel a source, and nothing else is done with them.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.stream = stream
        let queue = DispatchQueue(label: "arcface.signals")
        sources = Self.numbers.map { [state] number in
            // Dispatch puts a handler of its own in the signal's way, some time after `resume`. Ignored until
            // then, a signal would be lost; so it ends the process, which has done nothing yet.
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable in
                let isFirst = state.withLock { received in
                    defer { received = received ?? number }
                    return received == nil
                }
                for number in Self.numbers { signal(number, SIG_DFL) }
                // It had come before the line above.
                guard isFirst else { return _ = kill(getpid(), number) }
                continuation.yield(number)
            }
            source.resume()
            return source
        }
    }

    /// The first signal that has come.
    var received: Int32? { state.withLock { $0 } }

    /// Returns when the first signal has come, or the task that waits is cancelled.
    func first() async {
        for await _ in stream { break }
    }

    /// Lets signals end the process as they did before.
    func end() {
        sources.forEach { $0.cancel() }
        for number in Self.numbers { signal(number, SIG_DFL) }
    }

    /// What a shell makes of a process that the signal ended.
    static func exitStatus(_ number: Int32) -> Int32 { 128 + number }

    /// The signal as people call it.
    static func name(_ number: Int32) -> String { number == SIGTERM ? "SIGTERM" : "SIGINT" }
}

import Dispatch
import Foundation

/// SIGTERM and SIGINT as something to wait for, instead of the end of the process.
final class TerminationSignals {
    private let stream: AsyncStream<Void>
    // Sources are cancelled when the process ends; nothing else ends them.
    private let sources: [any DispatchSourceSignal]

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        self.stream = stream
        let queue = DispatchQueue(label: "arcface.signals")
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable in continuation.yield() }
            source.resume()
            return source
        }
    }

    /// Returns when the first signal has come. A second one then ends the process at once, for the impatient.
    func first() async {
        for await _ in stream { break }
        for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
    }
}

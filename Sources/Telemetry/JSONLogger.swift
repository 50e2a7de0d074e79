import Encodings
import Files
import Glibc
import Locks

/// Writes one JSON object a line: `time`, `level`, `event`, then the fields in the order given.
///
/// Lines from several threads never mix. Writing is synchronous: who sends the output into a pipe has to
/// read it.
package final class JSONLogger: Sendable {
    /// Where lines go.
    package enum Destination: Sendable {
        case standardOutput
        case standardError
        /// For tests, or to send lines elsewhere: called with a whole line and its line feed, maybe from
        /// several threads at once, never under a lock.
        case custom(@Sendable ([UInt8]) -> Void)
    }

    /// Events under this level are dropped.
    package let level: LogLevel
    private let destination: Destination
    private let now: @Sendable () -> Timestamp
    /// Held while a line is written to a descriptor, so that a line that takes two writes stays whole.
    private let writing = Locked(())

    package init(level: LogLevel = .info, destination: Destination = .standardError) {
        self.level = level
        self.destination = destination
        now = Timestamp.now
    }

    /// A logger whose clock stands at `seconds` since 1970 and `milliseconds`, for tests.
    package init(
        level: LogLevel, destination: Destination, fixedTime seconds: Int, milliseconds: Int
    ) {
        self.level = level
        self.destination = destination
        now = { Timestamp(milliseconds: Int64(seconds) * 1000 + Int64(milliseconds)) }
    }

    /// Writes the event unless `level` is under the logger's. A line that can't be written is lost: there is
    /// nobody left to tell.
    package func log(
        _ level: LogLevel, _ event: String, _ fields: KeyValuePairs<String, LogValue> = [:]
    ) {
        log(level, event, fields.map { ($0.key, $0.value) })
    }

    /// The same for fields that are put together at run time.
    package func log(_ level: LogLevel, _ event: String, _ fields: [(String, LogValue)]) {
        guard level >= self.level else { return }
        var line = JSONLine()
        line.add("time", .string(now().rfc3339))
        line.add("level", .string(level.rawValue))
        line.add("event", .string(event))
        for (name, value) in fields { line.add(name, value) }
        write(line.finished())
    }

    private func write(_ line: [UInt8]) {
        switch destination {
        case .custom(let take): take(line)
        case .standardOutput: write(line, to: STDOUT_FILENO)
        case .standardError: write(line, to: STDERR_FILENO)
        }
    }

    private func write(_ line: [UInt8], to file: Int32) {
        writing.withLock { _ in _ = Descriptor.write(line, to: file) }
    }
}

/// Writes one JSON object a line: `time`, `level`, `event`, then the fields in the order given.
package final class JSONLogger: Sendable {
    /// Where lines go.
    package enum Destination: Sendable {
        case standardOutput, standardError
        /// For tests, or to send lines elsewhere; called with a whole line with its line feed, one at a time.
        case custom(@Sendable ([UInt8]) -> Void)
    }

    package init(level: LogLevel = .info, destination: Destination = .standardError) {}

    /// Writes the event unless `level` is under the logger's.
    package func log(_ level: LogLevel, _ event: String, _ fields: KeyValuePairs<String, LogValue> = [:]) {
        fatalError("...")
    }
}

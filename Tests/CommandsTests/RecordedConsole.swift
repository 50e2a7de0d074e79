import Commands
import Foundation
import Locks

/// A console that keeps what a command printed, and runs commands on it.
final class RecordedConsole: Sendable {
    private let lines = Locked((output: "", errors: ""))

    /// What went to standard output so far.
    var output: String { lines.withLock { $0.output } }

    /// What went to standard error so far.
    var errors: String { lines.withLock { $0.errors } }

    /// The output's lines as JSON objects.
    var objects: [[String: Any]] {
        output.split(separator: "\n").compactMap {
            (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
        }
    }

    /// Runs `arcface` with `words`; the exit status.
    func run(_ words: [String], environment: [String: String] = [:]) async -> Int32 {
        let console = Console(
            output: { text in self.lines.withLock { $0.output += text } },
            errors: { text in self.lines.withLock { $0.errors += text } })
        return await CommandLineTool.run(words, console: console, environment: environment)
    }
}

/// Runs `arcface` with `words` on a console of its own.
func arcface(_ words: String...) async -> (status: Int32, console: RecordedConsole) {
    let console = RecordedConsole()
    return (await console.run(words), console)
}

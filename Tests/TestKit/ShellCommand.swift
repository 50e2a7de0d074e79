import Foundation

/// Runs another program to its end and keeps what it printed.
///
/// By `popen` and not Foundation's `Process`, which reads past the end of a directory buffer of the C
/// library's when it looks for open descriptors; the address sanitizer ends the tests for that.
package enum ShellCommand {
    /// The program could not be started.
    package struct NotStarted: Error {}

    /// Blocks the calling thread; call it from a thread of your own.
    ///
    /// - Parameter words: the program's path and its arguments, handed over as they are.
    /// - Returns: the exit status (-1 when a signal ended it) and standard output.
    package static func run(_ words: [String]) throws -> (status: Int32, output: String) {
        let line = words.map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }
        guard let stream = popen(line.joined(separator: " "), "r") else { throw NotStarted() }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&chunk, 1, 4096, stream)
            if count == 0 { break }
            output += chunk[..<count]
        }
        let status = pclose(stream)
        let exited = status & 0x7F == 0
        return (exited ? (status >> 8) & 0xFF : -1, String(decoding: output, as: UTF8.self))
    }
}

import Foundation
import Glibc

/// Another program with a terminal for standard error, which it takes for a person's: it draws its progress
/// there, and waits where nobody reads what it has drawn. Standard output is a pipe.
package final class TerminalProgram {
    package struct Failure: Error { let call: String }

    /// How a program ended.
    package enum End: Equatable, Sendable {
        case status(Int32)
        case signal(Int32)
    }

    private let process: pid_t
    private let terminal: Int32
    private let output: Int32
    private var end: End?
    /// The program's side of a terminal that takes nothing.
    private var stopped: Int32?

    /// - Parameters:
    ///   - words: the program's path and its arguments.
    ///   - isStopped: its terminal takes nothing until `goOn`, as after Ctrl-S: the program waits with its
    ///     first words.
    package init(_ words: [String], isStopped: Bool = false) throws {
        terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // As `unlockpt` and `ptsname` do it, which Swift does not see.
        var (lock, number): (Int32, Int32) = (0, 0)
        guard terminal >= 0, ioctl(terminal, 0x4004_5431, &lock) == 0,
            ioctl(terminal, 0x8004_5430, &number) == 0
        else { throw Failure(call: "/dev/ptmx") }
        if isStopped {
            let side = open("/dev/pts/\(number)", O_WRONLY | O_NOCTTY | O_CLOEXEC)
            stopped = side
            // `tcflow`, TCOOFF.
            guard side >= 0, ioctl(side, 0x540A, 0) == 0 else { throw Failure(call: "/dev/pts") }
        }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 else { throw Failure(call: "pipe") }
        output = ends[0]
        defer { close(ends[1]) }
        process = try Self.spawn(words, output: ends[1], errors: "/dev/pts/\(number)")
    }

    deinit {
        if end == nil {
            kill(process, SIGKILL)
            _ = waitForEnd()
        }
        goOn()
        close(terminal)
        close(output)
    }

    /// Lets a terminal that was stopped take what the program has to say.
    package func goOn() {
        guard let side = stopped else { return }
        // `tcflow`, TCOON.
        _ = ioctl(side, 0x540A, 1)
        close(side)
        stopped = nil
    }

    /// Reads the terminal until `text` has come, which must be within the first kilobytes, or the program has
    /// ended.
    package func waitForTerminal(_ text: String) -> Bool {
        var seen = ""
        var bytes = [UInt8](repeating: 0, count: 64)
        while !seen.contains(text) {
            let count = read(terminal, &bytes, bytes.count)
            guard count > 0 else { return false }
            seen += String(decoding: bytes[..<count], as: UTF8.self)
        }
        return true
    }

    package func send(_ signal: Int32) { kill(process, signal) }

    /// Waits until the program no longer ignores or handles `signal`.
    package func waitForDefault(of signal: Int32) throws {
        let file = "/proc/\(process)/status"
        while true {
            let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            let masks = lines.filter { $0.hasPrefix("SigIgn:") || $0.hasPrefix("SigCgt:") }.compactMap {
                $0.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
            }
            guard masks.count == 2 else { throw Failure(call: file) }
            if (masks[0] | masks[1]) & 1 << UInt64(signal - 1) == 0 { return }
            sched_yield()
        }
    }

    /// Reads everything to the end; how the program ended, and its standard output.
    package func finish() -> (end: End, output: String) {
        // The terminal's end is an error (EIO): nobody has its other side open.
        var bytes = [UInt8](repeating: 0, count: 4096)
        while read(terminal, &bytes, bytes.count) > 0 {}
        var all: [UInt8] = []
        while case let count = read(output, &bytes, bytes.count), count > 0 { all += bytes[..<count] }
        return (waitForEnd(), String(decoding: all, as: UTF8.self))
    }

    private func waitForEnd() -> End {
        if let end { return end }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        let ended: End = status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
        end = ended
        return ended
    }

    private static func spawn(_ words: [String], output: Int32, errors: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, output)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_NOCTTY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads of a test block signals.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var process: pid_t = 0
        guard posix_spawn(&process, words[0], &actions, &attributes, &arguments, environ) == 0 else {
            throw Failure(call: "posix_spawn")
        }
        return process
    }
}

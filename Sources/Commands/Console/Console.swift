import Foundation

/// Where a command writes: results to standard output, everything else to standard error.
package struct Console: Sendable {
    private let output: @Sendable (String) -> Void
    private let errors: @Sendable (String) -> Void
    /// Whether progress may be drawn (standard error is a terminal).
    package let showsProgress: Bool

    /// A console that hands its text to closures; tests collect it that way.
    package init(
        output: @escaping @Sendable (String) -> Void, errors: @escaping @Sendable (String) -> Void,
        showsProgress: Bool = false
    ) {
        self.output = output
        self.errors = errors
        self.showsProgress = showsProgress
    }

    /// The process's own streams. A result that can't be written ends the process with 1 and says why:
    /// whoever reads it must not take half of it for all.
    package static let standard = Console(
        output: { text in
            if let reason = StandardStream.write(text, to: STDOUT_FILENO) {
                _ = StandardStream.write("arcface: standard output: \(reason)\n", to: STDERR_FILENO)
                exit(1)
            }
        },
        // There is nobody left to tell when standard error is gone.
        errors: { _ = StandardStream.write($0, to: STDERR_FILENO) },
        showsProgress: isatty(STDERR_FILENO) == 1)

    /// Writes a line of the result.
    package func print(_ line: String) { output(line + "\n") }

    /// Writes a line for the person at the terminal, what does not print in it escaped: names in it come from
    /// anywhere.
    package func note(_ line: String) { errors(line.shownLines + "\n") }

    /// Redraws the progress line in place; says nothing where standard error is no terminal.
    package func progress(_ text: String) {
        if showsProgress { errors("\r\u{1B}[K" + text) }
    }

    /// Takes the progress line away.
    package func endProgress() {
        if showsProgress { errors("\r\u{1B}[K") }
    }
}

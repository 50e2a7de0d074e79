/// One subcommand of `arcface`: what it accepts, what help says, and what it does.
package protocol Command: Sendable {
    /// The word after `arcface`.
    static var name: String { get }
    /// One line for the list of commands.
    static var summary: String { get }
    /// What `arcface help NAME` adds below the usage.
    static var discussion: String { get }
    /// The options it knows.
    static var options: [Option] { get }
    /// The operands it takes.
    static var operands: Operands { get }

    /// Does the work and returns the exit status: 0 done, 1 failed.
    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32
}

extension Command {
    package static var discussion: String { "" }
    package static var operands: Operands { .none }
}

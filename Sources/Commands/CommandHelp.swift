/// The text of `arcface help` and `arcface help COMMAND`.
enum CommandHelp {
    /// The list of commands.
    static func overview(_ commands: [any Command.Type]) -> String {
        let width = commands.map { $0.name.count }.max() ?? 0
        let rows = commands.map { "  " + pad($0.name, width) + "  " + $0.summary }
        return """
            usage: arcface COMMAND [OPTIONS]

            \(rows.joined(separator: "\n"))

            `arcface help COMMAND` explains each. Exit status: 0 done, 1 failed, 2 usage.
            With --json a command that failed prints the problem as an object on standard output.
            Whatever opens a database of an older version brings it up to date, all but backup and restore.
            """
    }

    /// Usage, options and discussion of one command.
    static func page(_ command: any Command.Type) -> String {
        let width = command.options.map(\.usage.count).max() ?? 0
        var parts = ["usage: " + usage(command), command.summary + "."]
        if !command.discussion.isEmpty { parts.append(command.discussion) }
        let rows = command.options.map { "  \(pad($0.usage, width))  \($0.help)" }
        if !rows.isEmpty { parts.append("options:\n" + rows.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n")
    }

    /// The one-line usage.
    static func usage(_ command: any Command.Type) -> String {
        var words = ["arcface", command.name]
        if !command.options.isEmpty { words.append("[OPTIONS]") }
        if !command.operands.usage.isEmpty { words.append(command.operands.usage) }
        return words.joined(separator: " ")
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

/// One option of a command, as help shows it and the parser accepts it.
package struct Option: Sendable {
    /// The long name with its dashes: `--port`.
    package let name: String
    /// What the value is called in help; nil for a flag that takes none.
    package let value: String?
    /// One line for help.
    package let help: String
    /// Whether the option may stand more than once.
    package let repeats: Bool

    private init(name: String, value: String?, help: String, repeats: Bool) {
        self.name = name
        self.value = value
        self.help = help
        self.repeats = repeats
    }

    /// The name with its value's placeholder, as help shows it.
    var usage: String { value.map { "\(name) \($0)" } ?? name }

    /// An option with a value: `--port 8080` or `--port=8080`.
    package static func value(_ name: String, _ value: String, _ help: String, repeats: Bool = false)
        -> Option
    {
        Option(name: name, value: value, help: help, repeats: repeats)
    }

    /// An option that is there or not: `--json`.
    package static func flag(_ name: String, _ help: String) -> Option {
        Option(name: name, value: nil, help: help, repeats: false)
    }
}

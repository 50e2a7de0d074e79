/// What is wrong with the configuration: the place, the key and the reason, ready to be printed.
package struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file, the environment variable or the option.
    package let place: String
    /// The line in the file, counted from 1.
    package let line: Int?
    /// The dotted key; nil where the text is no JSON5 at all.
    package let key: String?
    package let reason: String

    package var description: String {
        place + (line.map { ":\($0)" } ?? "") + ": " + (key.map { "\($0): " } ?? "") + reason
    }
}

/// A `NAME=VALUE` argument.
package struct NamedValue: Sendable {
    /// What stands before the last equals sign (tensor names may hold one).
    package let name: String
    /// What stands after it.
    package let value: String

    /// Splits `text`; `option` names where it stood, for the message.
    package init(_ text: String, option: String) throws(UsageError) {
        guard let equals = text.lastIndex(of: "="), equals != text.startIndex else {
            throw UsageError("\(option): '\(text)' should read NAME=VALUE")
        }
        name = String(text[..<equals])
        value = String(text[text.index(after: equals)...])
    }
}

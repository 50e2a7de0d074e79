/// A media type (RFC 9110, 8.3.1): `type/subtype; name=value`.
package struct MediaType: Hashable, Sendable {
    /// Lower case.
    package let type: String
    /// Lower case.
    package let subtype: String
    /// Names in lower case, values as sent and unquoted; in order.
    package let parameters: [Parameter]

    /// One parameter of a media type.
    package struct Parameter: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    /// Nil when `text` is not a media type with well-formed parameters.
    package init?(_ text: String) {
        let end =
            text.utf8.firstIndex { $0 == UInt8(ascii: ";") || $0 == 0x20 || $0 == 0x09 } ?? text.endIndex
        let words = text[..<end].utf8.split(
            separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2, words.allSatisfy(ByteClass.isToken) else { return nil }
        var scanner = ParameterScanner(text[end...])
        guard let parameters = scanner.parameters() else { return nil }
        type = Substring(words[0]).lowercased()
        subtype = Substring(words[1]).lowercased()
        self.parameters = parameters
    }

    /// `type/subtype` without parameters.
    package var essence: String { "\(type)/\(subtype)" }

    /// The value of the first parameter called `name` (given in lower case).
    package func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
}

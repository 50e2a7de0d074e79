/// A header field's value: no control bytes but tab, no white space at its ends (RFC 9110, 5.5).
///
/// As it can't hold CR or LF, a response made of these values can't be split by an attacker.
package struct FieldValue: Hashable, Sendable, CustomStringConvertible {
    /// The value. Bytes that are not UTF-8 were read as ISO 8859-1.
    package let text: String

    /// Nil when `text` holds a control byte other than tab. White space at the ends is cut off.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy(ByteClass.isFieldByte) else { return nil }
        self.init(unchecked: Self.trimmed(text))
    }

    /// A decimal number, as in `Content-Length`.
    package init(_ number: Int) { text = String(number) }

    init(unchecked text: String) { self.text = text }

    package var description: String { text }

    private static func trimmed(_ text: String) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        guard let first = text.utf8.first, let last = text.utf8.last else { return text }
        guard isBlank(first) || isBlank(last) else { return text }
        let start = text.utf8.drop(while: isBlank)
        guard let end = start.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(start[...end])!
    }
}

extension FieldValue: ExpressibleByStringLiteral {
    /// Traps when the literal holds a control byte: a literal is our own code.
    package init(stringLiteral text: String) {
        guard let value = FieldValue(text) else { preconditionFailure("a field value has no control bytes") }
        self = value
    }
}

/// What a key is for, in somebody's words: 1 to 200 bytes of printable UTF-8.
package struct KeyName: Sendable {
    /// The longest name, in bytes of UTF-8.
    package static let maximumLength = 200

    package let text: String

    /// - Throws: `GalleryError.nameInvalid` with the rule that `text` breaks.
    package init(_ text: String) throws(GalleryError) {
        guard (1...Self.maximumLength).contains(text.utf8.count) else {
            throw .nameInvalid(subject: .key, reason: "it must have 1 to \(Self.maximumLength) bytes")
        }
        guard text.unicodeScalars.allSatisfy(\.isPrintable) else {
            throw .nameInvalid(subject: .key, reason: "it holds a character that does not print")
        }
        self.text = text
    }
}

/// What a key is for, in somebody's words: 1 to 200 bytes of printable UTF-8.
package struct KeyName: Sendable {
    /// The longest name, in bytes of UTF-8.
    package static let maximumLength = 200

    package let text: String

    /// - Throws: `GalleryError.nameInvalid` with the rule that `text` breaks.
    package init(_ text: String) throws(GalleryError) {
        try PrintableName.check(text, of: .key, maximumLength: Self.maximumLength)
        self.text = text
    }
}

/// A gallery's name: 1 to 128 of `A-Z a-z 0-9 . _ -`, so that it stands in a path unescaped.
package struct GalleryName: Hashable, Sendable, CustomStringConvertible {
    /// The longest name, in bytes.
    package static let maximumLength = 128

    package let text: String

    /// - Throws: `GalleryError.nameInvalid` with the rule that `text` breaks.
    package init(_ text: String) throws(GalleryError) {
        guard (1...Self.maximumLength).contains(text.utf8.count) else {
            throw .nameInvalid(
                subject: .gallery, reason: "it must have 1 to \(Self.maximumLength) characters")
        }
        guard text.utf8.allSatisfy(Self.isAllowed) else {
            throw .nameInvalid(subject: .gallery, reason: "only A-Z a-z 0-9 . _ - are allowed")
        }
        self.text = text
    }

    /// Clients take `.` and `..` out of paths before they send them (RFC 3986, section 5.2.4), so that nobody
    /// could ask for a gallery of such a name. One that an older version made is a name as any other.
    ///
    /// - Throws: `GalleryError.nameInvalid`.
    func requireAddressable() throws(GalleryError) {
        guard text != ".", text != ".." else {
            throw .nameInvalid(
                subject: .gallery, reason: "clients take \"\(text)\" out of paths, so nobody could ask for it"
            )
        }
    }

    /// For text that the database has already held to the rule.
    init(stored text: String) { self.text = text }

    package var description: String { text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// An identity's name: 1 to 256 bytes of printable UTF-8 (spaces count as printable, control characters and
/// noncharacters don't).
///
/// Two names are the same when their bytes are: Swift's own comparison would call `é` and `e` + accent equal,
/// the database would not, and an identity must not depend on who is asked.
package struct IdentityName: Sendable {
    /// The longest name, in bytes of UTF-8.
    package static let maximumLength = 256

    package let text: String

    /// - Throws: `GalleryError.nameInvalid` with the rule that `text` breaks.
    package init(_ text: String) throws(GalleryError) {
        try PrintableName.check(text, of: .identity, maximumLength: Self.maximumLength)
        self.text = text
    }

    /// For a name that comes from the database, where it has been held to the rule as it was when it was
    /// written: what prints grows with Unicode.
    package init(stored text: String) { self.text = text }
}

extension IdentityName: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension IdentityName: Comparable {
    /// Byte order, as the database sorts.
    package static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

extension IdentityName: CustomStringConvertible {
    package var description: String { text }
}

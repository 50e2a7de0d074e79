/// The rule that names in any script are held to.
enum PrintableName {
    /// - Parameter maximumLength: in bytes of UTF-8.
    /// - Throws: `GalleryError.nameInvalid` unless `text` has 1 byte or more, at most so many, and all of it
    ///   prints.
    static func check(
        _ text: String, of subject: NameSubject, maximumLength: Int
    ) throws(GalleryError) {
        guard (1...maximumLength).contains(text.utf8.count) else {
            throw .nameInvalid(subject: subject, reason: "it must have 1 to \(maximumLength) bytes")
        }
        guard text.unicodeScalars.allSatisfy(isPrintable) else {
            throw .nameInvalid(subject: subject, reason: "it holds a character that does not print")
        }
    }

    /// Unicode general categories "other" are out: controls, surrogates, unassigned; so are line and
    /// paragraph separators. Format characters (joiners) stay: scripts need them.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .surrogate, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}

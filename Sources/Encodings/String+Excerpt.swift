extension StringProtocol {
    /// The beginning of what a client sent, short enough for a message. By scalars: one character may carry
    /// megabytes of combining marks.
    package var excerpt: String { String(String.UnicodeScalarView(unicodeScalars.prefix(64))) }
}

/// Parses one field line, for requests, trailers and the parts of a form alike.
enum FieldLine {
    /// - Parameter bytes: The line without its CRLF.
    /// - Throws: why it is no field line.
    static func parse(_ bytes: ArraySlice<UInt8>) throws(Problem) -> HTTPHeaders.Field {
        if bytes.first == 0x20 || bytes.first == 0x09 { throw .folded }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { throw .noColon }
        let name = bytes[..<colon]
        if name.last == 0x20 || name.last == 0x09 { throw .spaceBeforeColon }
        guard ByteClass.isToken(name) else { throw .invalidName }
        let value = trim(bytes[(colon + 1)...])
        guard value.allSatisfy(ByteClass.isFieldByte) else { throw .invalidValue }
        return HTTPHeaders.Field(
            name: FieldName(unchecked: String(decoding: name, as: UTF8.self)),
            value: FieldValue(unchecked: text(value)))
    }

    /// What is wrong with a line.
    enum Problem: Error {
        case folded, noColon, spaceBeforeColon, invalidName, invalidValue

        /// The reason in words, for a refusal.
        var detail: String {
            switch self {
            case .folded: "a header line begins with white space (obsolete line folding)"
            case .noColon: "a header line has no colon"
            case .spaceBeforeColon: "white space stands before the colon of a header line"
            case .invalidName: "a header name is not a token"
            case .invalidValue: "a header value holds a control character"
            }
        }
    }

    /// UTF-8 where it is, ISO 8859-1 where it is not: no byte sequence fails (RFC 9110, 5.5).
    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(validating: bytes, as: UTF8.self)
            ?? String(String.UnicodeScalarView(bytes.lazy.map { Unicode.Scalar($0) }))
    }

    private static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let start = bytes.firstIndex { !isBlank($0) } ?? bytes.endIndex
        let end = bytes.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? bytes.endIndex
        return bytes[start..<max(start, end)]
    }
}

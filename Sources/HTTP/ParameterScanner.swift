/// Reads `; name=value; name="quoted"` behind a media type or a content disposition.
struct ParameterScanner {
    private var rest: Substring.UTF8View

    init(_ text: Substring) { rest = text.utf8 }

    /// All parameters, names in lower case; nil when the text is malformed. One pass.
    mutating func parameters() -> [MediaType.Parameter]? {
        var found: [MediaType.Parameter] = []
        skipBlanks()
        while !rest.isEmpty {
            guard rest.popFirst() == UInt8(ascii: ";") else { return nil }
            skipBlanks()
            if rest.isEmpty || rest.first == UInt8(ascii: ";") { continue }
            let name = takeToken()
            guard !name.isEmpty, rest.popFirst() == UInt8(ascii: "="), let value = takeValue() else {
                return nil
            }
            found.append(MediaType.Parameter(name: name.lowercased(), value: value))
            skipBlanks()
        }
        return found
    }

    private mutating func takeValue() -> String? {
        if rest.first == UInt8(ascii: "\"") { return takeQuoted() }
        let token = takeToken()
        return token.isEmpty ? nil : token
    }

    private mutating func takeToken() -> String {
        let token = rest.prefix(while: ByteClass.isTokenByte)
        rest = rest[token.endIndex...]
        return String(Substring(token))
    }

    /// A quoted string. A backslash escapes a quote or a backslash only: clients send file names with
    /// lone backslashes in them.
    private mutating func takeQuoted() -> String? {
        rest.removeFirst()
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), let next = rest.first,
                next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\")
            {
                rest.removeFirst()
                bytes.append(next)
            } else {
                bytes.append(byte)
            }
        }
        return nil
    }

    private mutating func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }
}

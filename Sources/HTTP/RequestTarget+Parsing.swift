extension RequestTarget {
    /// Parses a target in origin, absolute or asterisk form; what is wrong is refused with 400.
    package init(parsing text: String) throws(RequestRefusal) {
        guard text.utf8.allSatisfy({ ByteClass.isTargetByte($0) && $0 != UInt8(ascii: "#") }) else {
            throw RequestRefusal(.badRequest, "the request target holds a byte that must be percent-encoded")
        }
        if text == "*" {
            self.init(form: .asterisk, rawPath: "*", segments: [], queryItems: [], authority: nil)
        } else if text.utf8.first == UInt8(ascii: "/") {
            try self.init(form: .origin, pathAndQuery: text[...], authority: nil)
        } else {
            let (authority, rest) = try Self.splitAbsolute(text)
            try self.init(form: .absolute, pathAndQuery: rest, authority: authority)
        }
    }

    private init(form: Form, pathAndQuery: Substring, authority: String?) throws(RequestRefusal) {
        let mark = pathAndQuery.utf8.firstIndex(of: UInt8(ascii: "?"))
        let path = pathAndQuery[..<(mark ?? pathAndQuery.endIndex)]
        let query = mark.map { pathAndQuery[pathAndQuery.utf8.index(after: $0)...] }
        self.init(
            form: form, rawPath: path.isEmpty ? "/" : String(path), segments: try Self.segments(of: path),
            queryItems: try Self.items(of: query ?? ""), authority: authority)
    }

    /// `http://host:port/path?query` into authority and the rest.
    private static func splitAbsolute(_ text: String) throws(RequestRefusal) -> (String, Substring) {
        let malformed = RequestRefusal(
            .badRequest, "the request target is neither a path nor an http or https address")
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw malformed }
        let scheme = text[..<colon].lowercased()
        guard scheme == "http" || scheme == "https", text[colon...].hasPrefix("://") else { throw malformed }
        let rest = text[text.utf8.index(colon, offsetBy: 3)...]
        let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard end > rest.startIndex, HostGrammar.isValid(rest[..<end].utf8) else { throw malformed }
        return (String(rest[..<end]), rest[end...])
    }

    private static func segments(of path: Substring) throws(RequestRefusal) -> [String] {
        var segments: [String] = []
        for raw in path.dropFirst().utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        {
            guard let segment = PercentCoding.decode(raw, plusIsSpace: false) else {
                throw RequestRefusal(
                    .badRequest, "the path is not percent-encoded UTF-8 without control characters")
            }
            segments.append(segment)
        }
        return segments
    }

    private static func items(of query: Substring) throws(RequestRefusal) -> [QueryItem] {
        var items: [QueryItem] = []
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let sign = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let value = sign == pair.endIndex ? pair[sign...] : pair[pair.index(after: sign)...]
            guard let name = PercentCoding.decode(pair[..<sign], plusIsSpace: true),
                let value = PercentCoding.decode(value, plusIsSpace: true)
            else {
                throw RequestRefusal(
                    .badRequest, "the query is not percent-encoded UTF-8 without control characters")
            }
            items.append(QueryItem(name: name, value: value))
        }
        return items
    }
}

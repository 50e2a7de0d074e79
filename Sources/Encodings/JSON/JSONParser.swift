/// What a JSON text is refused for, and where.
package struct JSONError: Error, Equatable, Sendable {
    /// Offset in bytes from the start of the text.
    package let offset: Int
    /// Line, counted from 1.
    package let line: Int
    package let reason: String
    package let fault: Fault

    /// What a text can be refused for. The keys that lead to a value are told from the outermost on, places
    /// in arrays left out.
    package enum Fault: Equatable, Sendable {
        /// The text is not of the grammar, or over a limit.
        case malformed
        /// The last of the keys stands twice in its object.
        case repeatedKey([String])
        /// A number of this text is beyond every `Double`.
        case numberTooLarge(String, at: [String])
    }
}

/// Reads JSON (RFC 8259) or JSON5 strictly: duplicate keys, invalid UTF-8, lone surrogates, numbers outside
/// of `Double`, nesting and sizes over the limits are refused, never repaired.
///
/// One reader for requests, the configuration, manifests and what is stored, so that all report a line and
/// none accepts a key twice.
package struct JSONParser {
    /// Which grammar is read.
    package enum Dialect: Sendable { case json, json5 }

    /// Bounds that a text from outside may not cross.
    package struct Limits: Sendable {
        /// Nested arrays and objects; the reader recurses once a level.
        package var depth = 32
        /// Values in the whole text; a value costs some 32 bytes however short its text was.
        package var values = 1_000_000

        package init() {}
    }

    let bytes: [UInt8]
    let dialect: Dialect
    let limits: Limits
    var position = 0
    private var values = 0
    /// The keys that lead to the value that is read.
    private(set) var path: [String] = []
    /// The line on which each key stands, by its dotted path.
    private(set) var lines: [String: Int] = [:]
    private let recordsLines: Bool

    private init(_ bytes: [UInt8], _ dialect: Dialect, _ limits: Limits, recordsLines: Bool) {
        self.bytes = bytes
        self.dialect = dialect
        self.limits = limits
        self.recordsLines = recordsLines
    }

    /// The one value of `bytes`.
    package static func parse(
        _ bytes: [UInt8], dialect: Dialect = .json, limits: Limits = Limits()
    ) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes, dialect, limits, recordsLines: false)
        return try parser.document()
    }

    /// The value and the line of every key, keyed by its dotted path (`server.port`).
    package static func parseWithLines(
        _ bytes: [UInt8], dialect: Dialect
    ) throws(JSONError) -> (value: JSONValue, lines: [String: Int]) {
        var parser = JSONParser(bytes, dialect, Limits(), recordsLines: true)
        let value = try parser.document()
        return (value, parser.lines)
    }

    private mutating func document() throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        try skipSpace()
        let value = try value(depth: 0)
        try skipSpace()
        guard position == bytes.count else { throw error("text after the end of the value") }
        return value
    }

    func error(
        _ reason: String, at offset: Int? = nil, _ fault: JSONError.Fault = .malformed
    ) -> JSONError {
        let offset = min(offset ?? position, bytes.count)
        let line = bytes[..<offset].count { $0 == 0x0A } + 1
        return JSONError(offset: offset, line: line, reason: reason, fault: fault)
    }

    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        values += 1
        guard values <= limits.values else { throw error("more than \(limits.values) values") }
        guard depth < limits.depth else { throw error("nested deeper than \(limits.depth)") }
        guard let byte = current else { throw error("the text ends where a value should stand") }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "'") where dialect == .json5: return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw error("not a JSON value") }
        position += word.utf8.count
        return value
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        try skipSpace()
        if take("]") { return .array([]) }
        while true {
            elements.append(try value(depth: depth + 1))
            try skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw error("',' or ']' expected") }
            try skipSpace()
            if dialect == .json5, take("]") { return .array(elements) }
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var members: [JSONObject.Member] = []
        var seen: Set<[UInt8]> = []
        try skipSpace()
        if take("}") { return .object(JSONObject()) }
        while true {
            members.append(try member(&seen, depth: depth))
            try skipSpace()
            if take("}") { return .object(JSONObject(members)) }
            guard take(",") else { throw error("',' or '}' expected") }
            try skipSpace()
            if dialect == .json5, take("}") { return .object(JSONObject(members)) }
        }
    }

    /// `seen` has the keys by their bytes, for `String` takes different spellings of one character for equal.
    private mutating func member(
        _ seen: inout Set<[UInt8]>, depth: Int
    ) throws(JSONError) -> JSONObject.Member {
        let start = position
        let key = try key()
        guard seen.insert(Array(key.utf8)).inserted else {
            throw error("the key '\(key.excerpt)' stands twice", at: start, .repeatedKey(path + [key]))
        }
        path.append(key)
        if recordsLines { lines[path.joined(separator: ".")] = error("", at: start).line }
        try skipSpace()
        guard take(":") else { throw error("':' expected after a key") }
        try skipSpace()
        let value = try value(depth: depth + 1)
        path.removeLast()
        return JSONObject.Member(key: key, value: value)
    }

    private mutating func key() throws(JSONError) -> String {
        if current == UInt8(ascii: "\"") { return try string() }
        guard dialect == .json5 else { throw error("a key in double quotes expected") }
        if current == UInt8(ascii: "'") { return try string() }
        let start = position
        while let byte = current, Self.isIdentifier(byte, first: position == start) { position += 1 }
        guard position > start else { throw error("a key expected") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isIdentifier(_ byte: UInt8, first: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "$"):
            true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): !first
        default: false
        }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard current == character.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() throws(JSONError) {
        while let byte = current {
            switch byte {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            case 0x2F where dialect == .json5: try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(JSONError) {
        let start = position
        let next = position + 1 < bytes.count ? bytes[position + 1] : 0
        if next == UInt8(ascii: "/") {
            while let byte = current, byte != 0x0A { position += 1 }
        } else if next == UInt8(ascii: "*") {
            position += 2
            while !(current == UInt8(ascii: "*") && position + 1 < bytes.count && bytes[position + 1] == 0x2F)
            {
                guard position < bytes.count else { throw error("a comment without an end", at: start) }
                position += 1
            }
            position += 2
        } else {
            throw error("'/' that starts no comment")
        }
    }
}

/// The JSON of a manifest before its values are looked at: that it is one object in which no key stands twice
/// and whose numbers can be kept. Foundation's decoder takes either of two values without a word, and says of
/// a number that it can't keep no more than that the text is not valid.
struct ManifestText {
    /// Nested lists and objects; a manifest has four.
    private static let deepest = 16

    private let bytes: [UInt8]
    private var position = 0
    /// The keys that lead to the value at hand.
    private var path: [String] = []

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Throws what is wrong with the text as a whole, with the line, or the number or key at fault, with the
    /// way to it. Words and the grammar of numbers are left to the decoder.
    static func check(_ bytes: [UInt8]) throws(ManifestProblem) {
        var text = ManifestText(bytes)
        // A mark of the byte order, as some editors write it.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { text.position = 3 }
        text.skipSpace()
        guard text.current == UInt8(ascii: "{") else {
            throw ManifestProblem(key: "", reason: "is not a JSON object")
        }
        try text.value(depth: 0)
        text.skipSpace()
        guard text.current == nil else { throw text.broken("text after the end of the object") }
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func value(depth: Int) throws(ManifestProblem) {
        guard depth < Self.deepest else { throw broken("nested deeper than \(Self.deepest)") }
        switch current {
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["):
            try list(end: "]") { (text) throws(ManifestProblem) in try text.value(depth: depth + 1) }
        case UInt8(ascii: "\""): _ = try string()
        default: try scalar()
        }
    }

    private mutating func object(depth: Int) throws(ManifestProblem) {
        var seen: Set<[UInt8]> = []
        try list(end: "}") { (text) throws(ManifestProblem) in
            guard text.current == UInt8(ascii: "\"") else {
                throw text.broken("a key in double quotes expected")
            }
            let key = try text.string()
            text.path.append(String(decoding: key, as: UTF8.self))
            // None of ours has one, and it would be another spelling of the same.
            guard !key.contains(UInt8(ascii: "\\")) else { throw text.wrong("has an escape in its name") }
            guard seen.insert(key).inserted else { throw text.wrong("stands twice") }
            text.skipSpace()
            guard text.take(":") else { throw text.broken("':' expected after a key") }
            text.skipSpace()
            try text.value(depth: depth + 1)
            text.path.removeLast()
        }
    }

    /// What stands between two brackets, with commas between.
    private mutating func list(
        end: Character, _ element: (inout ManifestText) throws(ManifestProblem) -> Void
    ) throws(ManifestProblem) {
        position += 1
        skipSpace()
        if take(end) { return }
        while true {
            try element(&self)
            skipSpace()
            if take(end) { return }
            guard take(",") else { throw broken("',' or '\(end)' expected") }
            skipSpace()
        }
    }

    /// The bytes between the quotes, escapes as they are written.
    private mutating func string() throws(ManifestProblem) -> [UInt8] {
        position += 1
        let start = position
        while let byte = current {
            position += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return Array(bytes[start..<position - 1]) }
        }
        throw broken("a string without an end")
    }

    private mutating func scalar() throws(ManifestProblem) {
        let start = position
        while let byte = current, !Self.ends(byte) { position += 1 }
        guard position > start else { throw broken("a value expected") }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let number = Double(text), text.last?.isNumber == true, !number.isFinite {
            throw wrong("has a number that does not fit into a double: \(text.prefix(32))")
        }
    }

    private static func ends(_ byte: UInt8) -> Bool { " \n\r\t,:[]{}\"".utf8.contains(byte) }

    private mutating func take(_ character: Character) -> Bool {
        guard current == character.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = current, " \n\r\t".utf8.contains(byte) { position += 1 }
    }

    private func wrong(_ reason: String) -> ManifestProblem {
        ManifestProblem(key: path.joined(separator: "."), reason: reason)
    }

    private func broken(_ reason: String) -> ManifestProblem {
        let line = bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1
        return ManifestProblem(key: "", reason: "is not JSON, line \(line): \(reason)")
    }
}

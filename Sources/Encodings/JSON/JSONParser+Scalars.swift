extension JSONParser {
    /// Reads a string whose quote stands at `position`. Runs without an escape are copied whole: most of a
    /// request is one base64 string of megabytes.
    mutating func string() throws(JSONError) -> String {
        let quote = bytes[position]
        let start = position
        position += 1
        var unescaped: [UInt8] = []
        var run = position
        while let byte = current {
            if byte == quote {
                unescaped.append(contentsOf: bytes[run..<position])
                position += 1
                return try text(unescaped, at: start)
            }
            if byte == UInt8(ascii: "\\") {
                unescaped.append(contentsOf: bytes[run..<position])
                try escape(into: &unescaped)
                run = position
            } else if byte < 0x20 {
                throw error("a control character inside of a string")
            } else {
                position += 1
            }
        }
        throw error("a string without an end", at: start)
    }

    private func text(_ utf8: [UInt8], at start: Int) throws(JSONError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else {
            throw error("a string that is not UTF-8", at: start)
        }
        return text
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSONError) {
        guard position + 1 < bytes.count else { throw error("an escape without an end") }
        let kind = bytes[position + 1]
        position += 2
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(kind)
        case UInt8(ascii: "b"): out.append(8)
        case UInt8(ascii: "f"): out.append(12)
        case UInt8(ascii: "n"): out.append(10)
        case UInt8(ascii: "r"): out.append(13)
        case UInt8(ascii: "t"): out.append(9)
        case UInt8(ascii: "u"): out.append(contentsOf: String(try scalar()).utf8)
        case UInt8(ascii: "'") where dialect == .json5: out.append(kind)
        case 0x0A where dialect == .json5: break
        default: throw error("an escape that JSON does not have", at: position - 2)
        }
    }

    /// The scalar of a `\u` escape, or of a pair of them (RFC 8259 section 7).
    private mutating func scalar() throws(JSONError) -> Character {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(UInt32(first)) { return Character(scalar) }
        guard first < 0xDC00, bytes[position...].starts(with: [0x5C, 0x75]) else {
            throw error("half of a surrogate pair")
        }
        position += 2
        let second = try fourDigits()
        guard (0xDC00...0xDFFF).contains(second) else { throw error("half of a surrogate pair") }
        let code = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        return Character(Unicode.Scalar(code)!)
    }

    private mutating func fourDigits() throws(JSONError) -> UInt16 {
        guard position + 4 <= bytes.count else { throw error("an escape without an end") }
        var code: UInt16 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Hexadecimal.value(byte) else {
                throw error("\\u needs four hexadecimal digits")
            }
            code = code << 4 | UInt16(digit)
        }
        position += 4
        return code
    }
}

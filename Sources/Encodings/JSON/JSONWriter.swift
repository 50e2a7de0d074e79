/// Writes JSON text (RFC 8259): compact for the wire, indented for people. The way to it is `jsonBytes` and
/// `jsonText`; a log line, which is put together without values, takes `append`.
package struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let indentation: Int?
    private var depth = 0

    init(pretty: Bool) { indentation = pretty ? 2 : nil }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: put("null")
        case .bool(let flag): put(flag ? "true" : "false")
        case .integer(let integer): put(integer.description)
        case .number(let number): number.isFinite ? putPlain(number.description) : put("null")
        case .float(let float): write(float)
        case .digits(let digits): put(digits)
        case .string(let text): write(text)
        case .floats(let floats): writeFloats(floats)
        case .array(let elements):
            list("[", "]", elements.count) { writer, index in writer.write(elements[index]) }
        case .object(let object):
            list("{", "}", object.members.count) { writer, index in
                writer.write(object.members[index].key)
                writer.put(writer.indentation == nil ? ":" : ": ")
                writer.write(object.members[index].value)
            }
        }
    }

    /// Non-finite numbers do not exist in JSON (RFC 8259 section 6); the contract keeps them out of answers,
    /// and a `null` is better than text that nobody can parse.
    private mutating func write(_ float: Float) {
        float.isFinite ? putPlain(float.description) : put("null")
    }

    /// Without a fraction of zero.
    private mutating func putPlain(_ digits: String) {
        var digits = digits
        digits.withUTF8 { text in
            let isWhole = text.count > 2 && text[text.count - 1] == 0x30 && text[text.count - 2] == 0x2E
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[..<(text.count - (isWhole ? 2 : 0))]))
        }
    }

    private mutating func writeFloats(_ floats: [Float]) {
        bytes.reserveCapacity(bytes.count + floats.count * 13)
        put("[")
        for (index, float) in floats.enumerated() {
            if index > 0 { bytes.append(0x2C) }
            write(float)
        }
        put("]")
    }

    private mutating func list(
        _ open: String, _ close: String, _ count: Int, _ element: (inout JSONWriter, Int) -> Void
    ) {
        put(open)
        depth += 1
        for index in 0..<count {
            if index > 0 { put(",") }
            newline()
            element(&self, index)
        }
        depth -= 1
        if count > 0 { newline() }
        put(close)
    }

    private mutating func newline() {
        guard let indentation else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: indentation * depth))
    }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func write(_ text: String) { Self.append(text, to: &bytes) }

    /// Adds a string in its quotes, what has to be escaped escaped.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C: bytes += [0x5C, byte]
            case 0x0A: bytes += [0x5C, UInt8(ascii: "n")]
            case 0x0D: bytes += [0x5C, UInt8(ascii: "r")]
            case 0x09: bytes += [0x5C, UInt8(ascii: "t")]
            case 0..<0x20, 0x7F:
                bytes.append(contentsOf: "\\u00".utf8)
                Hexadecimal.append(byte, to: &bytes)
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }
}

extension JSONRepresentable {
    /// The value as UTF-8 JSON text; `pretty` indents by two spaces.
    package func jsonBytes(pretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(pretty: pretty)
        writer.write(json)
        return writer.bytes
    }

    /// The same as a string.
    package func jsonText(pretty: Bool = false) -> String {
        String(decoding: jsonBytes(pretty: pretty), as: UTF8.self)
    }
}

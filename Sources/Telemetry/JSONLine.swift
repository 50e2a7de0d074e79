/// Builds one JSON object on one line (RFC 8259).
struct JSONLine {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    mutating func add(_ name: String, _ value: LogValue) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        add(name)
        bytes.append(UInt8(ascii: ":"))
        switch value {
        case .string(let text): add(text)
        case .int(let number): add(raw: String(number))
        // JSON has no infinities.
        case .double(let number): add(raw: number.isFinite ? "\(number)" : "null")
        case .bool(let flag): add(raw: flag ? "true" : "false")
        case .null: add(raw: "null")
        }
    }

    func finished() -> [UInt8] { bytes + Array("}\n".utf8) }

    private mutating func add(raw text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func add(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): add(raw: "\\\"")
            case UInt8(ascii: "\\"): add(raw: "\\\\")
            case UInt8(ascii: "\n"): add(raw: "\\n")
            case UInt8(ascii: "\r"): add(raw: "\\r")
            case UInt8(ascii: "\t"): add(raw: "\\t")
            case 0..<0x20, 0x7F: add(raw: "\\u00" + Self.hex(byte))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}

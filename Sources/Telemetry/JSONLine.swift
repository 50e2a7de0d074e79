import Encodings

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

    private mutating func add(_ text: String) { JSONWriter.append(text, to: &bytes) }
}

import Encodings

extension String {
    /// The text as it may be shown in one line: what does not print stands as `\x1B`, so that a file's name
    /// can't steer a terminal.
    var shown: String { String(escaped: Array(utf8)) }

    /// The same of several lines, tabulators left alone.
    var shownLines: String { String(escaped: Array(utf8), besides: ["\n", "\t"]) }

    /// Bytes that are text or nearly: what is not UTF-8 and what does not print stands as `\xE9`, so that a
    /// name can be told whatever it holds.
    ///
    /// - Parameter kept: control characters that stay.
    init(escaped bytes: [UInt8], besides kept: [Unicode.Scalar] = []) {
        self.init()
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var position = 0
        while true {
            let length: Int
            switch parser.parseScalar(from: &rest) {
            case .emptyInput: return
            case .error(let count): length = count
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                if scalar.properties.generalCategory != .control || kept.contains(scalar) {
                    unicodeScalars.append(scalar)
                    position += encoded.count
                    continue
                }
                length = encoded.count
            }
            for byte in bytes[position..<position + length] {
                append("\\x" + Hexadecimal.text(byte, isUpperCase: true))
            }
            position += length
        }
    }
}

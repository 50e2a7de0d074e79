/// The value of a JSON number's text, to the last digit: `0.50` and `5e-1` are equal, `1` and
/// `1.00000000000000000001` are not.
struct DecimalText: Equatable {
    private let isNegative: Bool
    /// Without zeros at either end; none for zero.
    private let digits: ArraySlice<UInt8>
    /// The power of ten of the point before the first digit; 0 for zero.
    private let exponent: Int

    /// Whether `number`, written again, says what `text` says.
    static func isKept(_ text: String, by number: Double) -> Bool {
        // Fifteen digits always survive, and embeddings are many of them.
        if text.utf8.count <= 15, number.isNormal { return true }
        let written = number.description
        // Most clients write the shortest digits, as Swift does.
        return text == written || (DecimalText(text).map { $0 == DecimalText(written) } ?? false)
    }

    /// Nil where the exponent is beyond any that could be told apart from another.
    ///
    /// - Parameter text: by the grammar of RFC 8259, 6.
    private init?(_ text: String) {
        let bytes = Array(text.utf8)
        isNegative = bytes.first == UInt8(ascii: "-")
        let mantissa = bytes.drop { $0 == UInt8(ascii: "-") }
            .prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
        let power = bytes[mantissa.endIndex...].dropFirst()
        guard let stated = power.isEmpty ? 0 : Int(String(decoding: power, as: UTF8.self)),
            stated.magnitude < 1 << 32
        else { return nil }
        let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }
        let all = Array(whole + mantissa[whole.endIndex...].dropFirst())
        let significant = all.drop { $0 == UInt8(ascii: "0") }
        let end = significant.lastIndex { $0 != UInt8(ascii: "0") }.map { $0 + 1 } ?? significant.startIndex
        digits = significant[..<end]
        exponent = digits.isEmpty ? 0 : whole.count - digits.startIndex + stated
    }
}

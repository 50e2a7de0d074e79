/// Numbers.
extension JSONParser {
    /// The powers of ten that are doubles.
    private static let powersOfTen: [Double] = (0...22).map { power in
        (0..<power).reduce(1) { product, _ in product * 10 }
    }

    /// Reads a number of at most fifteen digits and a small power of ten, as embeddings are many of; nil
    /// where another stands at `position`, which is then as it was.
    ///
    /// The product or quotient of two exact doubles is the nearest double to the decimal (W. D. Clinger,
    /// 1990), and fifteen digits survive in one.
    private mutating func shortNumber() -> JSONValue? {
        var index = position
        func byte() -> UInt8 { index < bytes.count ? bytes[index] : 0 }
        func digit() -> UInt64? {
            let value = byte() &- UInt8(ascii: "0")
            return value < 10 ? UInt64(value) : nil
        }
        let isNegative = byte() == UInt8(ascii: "-")
        if isNegative { index += 1 }
        guard let first = digit() else { return nil }
        var (mantissa, significant) = (first, first == 0 ? 0 : 1)
        index += 1
        func take(_ digit: UInt64) {
            mantissa = mantissa &* 10 &+ digit
            if mantissa != 0 { significant += 1 }
            index += 1
        }
        while first != 0, significant <= 15, let next = digit() { take(next) }
        var power = 0
        var isWhole = true
        if byte() == UInt8(ascii: ".") {
            isWhole = false
            index += 1
            let start = index
            while significant <= 15, let next = digit() { take(next) }
            guard index > start else { return nil }
            power = start - index
        }
        if byte() == UInt8(ascii: "e") || byte() == UInt8(ascii: "E") {
            isWhole = false
            index += 1
            let isDown = byte() == UInt8(ascii: "-")
            if isDown || byte() == UInt8(ascii: "+") { index += 1 }
            guard let tens = digit() else { return nil }
            index += 1
            var exponent = Int(tens)
            if let ones = digit() {
                exponent = exponent * 10 + Int(ones)
                index += 1
            }
            power += isDown ? -exponent : exponent
        }
        // Zero has a sign that not every form keeps.
        guard significant <= 15, mantissa != 0, abs(power) <= 22, !Self.isOfNumber(byte()) else { return nil }
        position = index
        if isWhole { return .integer(isNegative ? -Int(mantissa) : Int(mantissa)) }
        let scale = Self.powersOfTen[abs(power)]
        let number = power < 0 ? Double(mantissa) / scale : Double(mantissa) * scale
        return .number(isNegative ? -number : number)
    }

    /// Reads a number by the grammar of RFC 8259 section 6; JSON5 adds a plus sign, bare points and
    /// hexadecimals.
    mutating func number() throws(JSONError) -> JSONValue {
        if let short = shortNumber() { return short }
        let start = position
        while let byte = current, Self.isOfNumber(byte) { position += 1 }
        var text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard !text.isEmpty else { throw error("not a JSON value") }
        if dialect == .json5 { text = Self.plain(text) }
        guard Self.isNumber(Array(text.utf8)) else { throw error("not a JSON value", at: start) }
        // An integer has no zero below zero.
        if let integer = Int(text), integer != 0 || text == "0" { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            let place = path.isEmpty ? "" : ", at '\(path.joined(separator: ".").excerpt)'"
            throw error(
                "a number that does not fit into a double" + place, at: start, .numberTooLarge(text, at: path)
            )
        }
        return DecimalText.isKept(text, by: number) ? .number(number) : .digits(text)
    }

    /// A number of JSON5 as JSON has it: no plus sign, no bare point, no hexadecimals. What is no number
    /// stays none.
    private static func plain(_ text: String) -> String {
        let isNegative = text.hasPrefix("-")
        var rest = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
        // A second sign would go for the first.
        guard let first = rest.first, first == "." || first.isNumber else { return text }
        if rest.hasPrefix("0x") || rest.hasPrefix("0X") {
            let digits = rest.dropFirst(2)
            // `Int` would take a sign here as well.
            guard digits.allSatisfy(\.isHexDigit), let number = Int(digits, radix: 16) else { return text }
            return (isNegative ? "-" : "") + String(number)
        }
        if let point = rest.firstIndex(of: ".") {
            let (whole, after) = (rest[..<point], rest[rest.index(after: point)...])
            let fraction = after.prefix { $0.isNumber }
            guard !whole.isEmpty || !fraction.isEmpty else { return text }
            rest =
                "\(whole.isEmpty ? "0" : whole).\(fraction.isEmpty ? "0" : fraction)\(after.dropFirst(fraction.count))"[
                    ...]
        }
        return (isNegative ? "-" : "") + rest
    }

    /// What any number of either dialect is made of.
    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "x"), UInt8(ascii: "X"):
            true
        default: false
        }
    }

    private static func isNumber(_ text: [UInt8]) -> Bool {
        var rest = text[...]
        func digits(_ rest: inout ArraySlice<UInt8>) -> Int {
            let run = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(run)
            return run
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let leadingZero = rest.first == UInt8(ascii: "0")
        let whole = digits(&rest)
        guard whole == 1 || (whole > 1 && !leadingZero) else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits(&rest) > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard digits(&rest) > 0 else { return false }
        }
        return rest.isEmpty
    }
}

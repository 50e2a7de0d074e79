import Encodings

/// An option that an operation takes, in the query or in the JSON body: its name, what it may be, what it
/// means.
package struct OptionSpec: Sendable {
    /// What values an option takes.
    package enum Kind: Sendable, Equatable {
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case flag
        case text
        /// Text of so many bytes of UTF-8; JSON body only.
        case prose(ClosedRange<Int>)
        case choice([String])
        /// A number in a range, or one word instead.
        case numberOrWord(ClosedRange<Double>, String)
        /// So many texts, or where there is no number as many as the body holds; JSON body only.
        case texts(atMost: Int?)
        /// An object of any members; JSON body only.
        case object
        /// Numbers, or base64 of little-endian float32; JSON body only.
        case embedding
    }

    package let name: String
    package let kind: Kind
    /// For people, in the OpenAPI document: one sentence, with the default.
    package let explanation: String
    package var isRequired = false

    package init(_ name: String, _ kind: Kind, _ explanation: String, isRequired: Bool = false) {
        self.name = name
        self.kind = kind
        self.explanation = explanation
        self.isRequired = isRequired
    }

    /// Whether the option can stand in a query.
    var fitsQuery: Bool {
        switch kind {
        case .texts, .object, .prose, .embedding: false
        default: true
        }
    }

    /// What the option may be, for messages.
    var allowed: String {
        switch kind {
        case .integer(let range): "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "must be a number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "must be true or false"
        case .text: "must be text that is not empty"
        case .prose(let range): "must be text of \(Self.bytes(range))"
        case .choice(let names): "must be " + names.joined(separator: " or ")
        case .numberOrWord(let range, let word):
            "must be a number from \(range.lowerBound) to \(range.upperBound), or \"\(word)\""
        case .texts(let limit?): "must be an array of texts, at most \(limit) of them"
        case .texts(nil): "must be an array of texts"
        case .object: "must be an object"
        case .embedding: "must be an array of numbers, or base64 of little-endian float32"
        }
    }

    /// What the OpenAPI document says of it. Bytes stand here because JSON Schema counts characters.
    var description: String {
        if case .prose(let range) = kind {
            "\(explanation) It has \(Self.bytes(range))."
        } else {
            explanation
        }
    }

    private static func bytes(_ range: ClosedRange<Int>) -> String {
        (range.lowerBound == 0 ? "at most" : "\(range.lowerBound) to") + " \(range.upperBound) bytes of UTF-8"
    }

    /// The value that the text of a query stands for.
    func parsed(_ text: String) throws -> JSONValue {
        let value: JSONValue? =
            switch kind {
            case .integer: Self.isDecimal(text) ? Int(text).map { .integer($0) } : nil
            case .number: Self.number(text)
            case .flag:
                ["true": .bool(true), "1": .bool(true), "false": .bool(false), "0": .bool(false)][text]
            case .text, .choice: .string(text)
            case .numberOrWord(_, let word):
                text == word ? .string(text) : Self.number(text)
            case .texts, .object, .prose, .embedding: nil
            }
        guard let value else { throw refusal }
        return try checked(value)
    }

    private static func number(_ text: String) -> JSONValue? {
        guard isDecimal(text), let number = Double(text), number.isFinite else { return nil }
        return .number(number)
    }

    /// As JSON writes numbers: no plus in front, nothing hexadecimal, no words. More than that is left to
    /// Swift.
    private static func isDecimal(_ text: String) -> Bool {
        !text.hasPrefix("+") && text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    }

    /// `value` if it is allowed here.
    func checked(_ value: JSONValue) throws -> JSONValue {
        guard accepts(value) else { throw refusal }
        return value
    }

    private var refusal: Problem { .parameter(name, allowed) }

    private func accepts(_ value: JSONValue) -> Bool {
        switch kind {
        case .integer(let range): value.integerValue.map(range.contains) ?? false
        case .number(let range): value.doubleValue.map(range.contains) ?? false
        case .flag: value.boolValue != nil
        case .text: value.stringValue.map { !$0.isEmpty } ?? false
        case .prose(let range): value.stringValue.map { range.contains($0.utf8.count) } ?? false
        case .choice(let names): value.stringValue.map(names.contains) ?? false
        case .numberOrWord(let range, let word):
            value.stringValue == word || (value.doubleValue.map(range.contains) ?? false)
        case .texts(let limit):
            value.arrayValue.map { list in
                list.count <= limit ?? .max && list.allSatisfy { $0.stringValue != nil }
            } ?? false
        case .object: value.objectValue != nil
        case .embedding: ImageForms.vector(value) != nil
        }
    }
}

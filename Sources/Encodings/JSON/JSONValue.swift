/// A JSON value as it is read from outside and written to answers.
///
/// Objects keep the order of their members, so that an answer reads as the contract prints it. Numbers are
/// kept in the type they came in: a `Float` is written with the shortest digits that give the same `Float`
/// back, and a number that no type here holds is kept as its text, for metadata is the client's.
package indirect enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case float(Float)
    /// A number as it was written: neither an `Int` nor a `Double` is it to the last digit.
    case digits(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
    /// An array of numbers without a box for each: embeddings.
    case floats([Float])
}

/// The members of a JSON object in order; keys are unique because the reader refuses duplicates. Keys that
/// differ in their bytes are two (RFC 8259, 8.3), though Swift may call them equal: `\u{E9}` and `e\u{301}`.
package struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// One key and its value.
    package struct Member: Sendable, Equatable {
        package let key: String
        package let value: JSONValue

        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    package private(set) var members: [Member]

    package init(_ members: [Member] = []) { self.members = members }

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        members = elements.map { Member(key: $0.0, value: $0.1) }
    }

    /// The value of `key`, a name of the contract; a linear scan, for objects here have few members.
    package subscript(key: String) -> JSONValue? { members.first { $0.key == key }?.value }

    /// Adds a member at the end; the caller knows that `key` is new.
    package mutating func append(_ key: String, _ value: JSONValue) {
        members.append(Member(key: key, value: value))
    }

    /// Adds a member unless `value` is nil: an absent fact is an absent key.
    package mutating func append(_ key: String, ifPresent value: JSONValue?) {
        if let value { append(key, value) }
    }
}

extension JSONValue {
    /// The string, where the value is one.
    package var stringValue: String? { if case .string(let text) = self { text } else { nil } }

    /// The members, where the value is an object.
    package var objectValue: JSONObject? { if case .object(let object) = self { object } else { nil } }

    /// The elements, where the value is an array (of anything).
    package var arrayValue: [JSONValue]? {
        switch self {
        case .array(let elements): elements
        case .floats(let floats): floats.map { .float($0) }
        default: nil
        }
    }

    /// The truth value, where the value is one.
    package var boolValue: Bool? { if case .bool(let flag) = self { flag } else { nil } }

    /// The integer, where the value is a whole number that fits.
    package var integerValue: Int? {
        switch self {
        case .integer(let integer): integer
        case .number(let number): Int(exactly: number)
        case .float(let float): Int(exactly: float)
        default: nil
        }
    }

    /// The number as a `Double`, whatever kind of number it is.
    package var doubleValue: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        case .float(let float): Double(float)
        case .digits(let digits): Double(digits)
        default: nil
        }
    }

    /// The member `key` of an object; nil for anything else.
    package subscript(key: String) -> JSONValue? { objectValue?[key] }

    /// How an error message names the kind of a value.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number, .float, .digits: "a number"
        case .string: "a string"
        case .array, .floats: "an array"
        case .object: "an object"
        }
    }
}

/// What can be written as JSON: every answer of the service.
package protocol JSONRepresentable: Sendable {
    /// The value in the exact shape of the HTTP contract.
    var json: JSONValue { get }
}

extension JSONValue: JSONRepresentable {
    package var json: JSONValue { self }
}

extension Array where Element: JSONRepresentable {
    /// The elements as a JSON array.
    package var json: JSONValue { .array(map(\.json)) }
}

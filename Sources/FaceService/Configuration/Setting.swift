package import Encodings

/// One key of the configuration: what it means, what it may be, what it is when nobody says.
///
/// The table of these (``Setting/all``) is the only place where a key stands. The loader, the environment
/// names, `--print-config`, `config/arcface.json5` and `docs/configuration.md` all follow from it, the last
/// two by test.
package struct Setting: Sendable {
    /// What values a key takes.
    package enum Kind: Sendable, Equatable {
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case boolean
        /// Any text but an empty one; where the default is null, null stands for "not given", and where the
        /// default is empty, an empty text or null does.
        case text
        case choice([String])
    }

    /// The dotted key, `server.port`.
    package let key: String
    package let kind: Kind
    /// `.null` means that there is no value until one is given.
    package let defaultValue: JSONValue
    /// `bytes`, `seconds`, ... or empty where the value has none.
    package let unit: String
    /// One sentence for people.
    package let explanation: String

    /// The environment variable that sets this key: `ARCFACE_SERVER_PORT` for `server.port`.
    package var environmentName: String {
        "ARCFACE_" + key.uppercased().replacing(".", with: "_")
    }

    /// The section, `server` of `server.port`.
    package var section: String { String(key.prefix { $0 != "." }) }

    /// The name inside its section.
    package var name: String { String(key.drop { $0 != "." }.dropFirst()) }

    /// What may stand there, for messages and the documentation.
    package var allowed: String {
        switch kind {
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .text: mayBeEmpty ? "text, or nothing" : "text"
        case .choice(let names): "one of " + names.map { "\"\($0)\"" }.joined(separator: ", ")
        }
    }

    private var mayBeEmpty: Bool { defaultValue == .string("") }

    /// `value` if it is allowed here, else why not.
    func checked(_ value: JSONValue) throws(SettingRefusal) -> JSONValue {
        if case .null = value, defaultValue == .null || mayBeEmpty { return defaultValue }
        switch kind {
        case .integer(let range):
            guard let integer = value.integerValue else { throw mistyped(value) }
            guard range.contains(integer) else {
                throw SettingRefusal(reason: "\(integer) is not \(allowed)")
            }
            return .integer(integer)
        case .number(let range):
            guard let number = value.doubleValue else { throw mistyped(value) }
            guard range.contains(number) else { throw SettingRefusal(reason: "\(number) is not \(allowed)") }
            return .number(number)
        case .boolean:
            guard value.boolValue != nil else { throw mistyped(value) }
            return value
        case .text:
            guard let text = value.stringValue else { throw mistyped(value) }
            guard !text.isEmpty || mayBeEmpty else {
                throw SettingRefusal(reason: "is empty; \(allowed) is expected")
            }
            // To the system, a path would end there.
            guard !text.utf8.contains(0) else { throw SettingRefusal(reason: "has a NUL character") }
            return value
        case .choice(let names):
            guard let text = value.stringValue else { throw mistyped(value) }
            guard names.contains(text) else { throw SettingRefusal(reason: "\"\(text)\" is not \(allowed)") }
            return value
        }
    }

    /// The value that `text` (of an environment variable or an option) stands for.
    func parsed(_ text: String) throws(SettingRefusal) -> JSONValue {
        let value: JSONValue? =
            switch kind {
            case .integer: Int(text).map { .integer($0) }
            case .number: Double(text).flatMap { $0.isFinite ? .number($0) : nil }
            case .boolean:
                ["true": .bool(true), "1": .bool(true), "false": .bool(false), "0": .bool(false)][text]
            case .text, .choice: .string(text)
            }
        guard let value else { throw SettingRefusal(reason: "\"\(text)\" is not \(allowed)") }
        return try checked(value)
    }

    private func mistyped(_ value: JSONValue) -> SettingRefusal {
        SettingRefusal(reason: "is \(value.kindName), but \(allowed) is expected")
    }
}

/// Why a value was not taken; the loader adds the key and the place.
struct SettingRefusal: Error {
    let reason: String
}

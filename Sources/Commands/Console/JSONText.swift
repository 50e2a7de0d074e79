import Foundation

/// JSON as every `--json` prints it: one object, snake_case keys from the types themselves, sorted.
enum JSONText {
    /// Encodes `value`; a value of ours always encodes, so failing is a bug of ours.
    static func of(_ value: some Encodable, pretty: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            pretty
            ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

import Foundation

/// JSON of a type's own members (`Encodable`), as every `--json` prints it and files of ours are written:
/// keys sorted, slashes as they are.
package enum JSONText {
    /// Encodes `value`; a value of ours always encodes, so failing is a bug of ours.
    package static func of(_ value: some Encodable, pretty: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

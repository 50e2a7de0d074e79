/// What a model is called: letters, digits, `.`, `_` and `-`, at most 100, so that it is a file name
/// anywhere.
package struct ModelName: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// - Throws: `nameInvalid`.
    package init(_ text: String) throws(ModelStoreError) {
        guard (1...100).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed),
            !text.hasPrefix("."), !text.hasPrefix("-"), !text.hasSuffix(Self.fileExtension)
        else { throw .nameInvalid(text) }
        self.text = text
    }

    package var description: String { text }

    /// Of the model in its folder.
    var file: String { text + Self.fileExtension }

    static let fileExtension = ".onnx"

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

package import Encodings

/// The text of one JSON object, kept as its author wrote it: metadata, a job's parameters, its report.
///
/// The store does not look inside; it only promises that what it hands out is a JSON object again.
package struct JSONObjectText: Hashable, Sendable {
    /// The most that metadata may take, in bytes: it is read with every list.
    package static let metadataLimit = 64 << 10

    package let text: String

    /// `{}`.
    package static let empty = JSONObjectText(stored: "{}")

    /// Whether the object has no members.
    var isEmpty: Bool { text.utf8.lazy.filter { !" \t\r\n".utf8.contains($0) }.elementsEqual("{}".utf8) }

    /// - Parameter limit: The most bytes; nothing longer is even parsed.
    /// - Throws: `GalleryError.metadataInvalid` when `text` is too long or not a JSON object.
    package init(_ text: String, limit: Int = metadataLimit) throws(GalleryError) {
        guard text.utf8.count <= limit else {
            throw .metadataInvalid(reason: "it is longer than \(limit) bytes")
        }
        self.text = text
        guard case .object = try? value() else { throw .metadataInvalid(reason: "it is not a JSON object") }
    }

    /// The object as a value. No limit on values: the report of a large gallery lists every identity, and is
    /// our own text.
    ///
    /// - Throws: where somebody else's hand or a failing disk has been at what was stored.
    package func value() throws(JSONError) -> JSONValue {
        var limits = JSONParser.Limits()
        limits.values = .max
        return try JSONParser.parse(Array(text.utf8), limits: limits)
    }

    /// For text that passed the check before it was stored.
    init(stored text: String) { self.text = text }
}

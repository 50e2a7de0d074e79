import Encodings

/// The JSON of a manifest before its values are looked at: that it is one object in which no key stands twice
/// and whose numbers can be kept. Foundation's decoder takes either of two values without a word, and says of
/// a text that is no JSON no more than that.
enum ManifestText {
    /// Nested lists and objects; a manifest has four.
    private static let deepest = 16

    /// Throws what is wrong with the text as a whole, with the line, or the number or key at fault, with the
    /// way to it.
    static func check(_ bytes: [UInt8]) throws(ManifestProblem) {
        var limits = JSONParser.Limits()
        limits.depth = deepest
        let value: JSONValue
        do throws(JSONError) { value = try JSONParser.parse(bytes, limits: limits) } catch {
            throw ManifestProblem(error)
        }
        guard case .object = value else { throw ManifestProblem(key: "", reason: "is not a JSON object") }
    }
}

extension ManifestProblem {
    fileprivate init(_ error: JSONError) {
        switch error.fault {
        case .malformed: self.init(key: "", reason: "is not JSON, line \(error.line): \(error.reason)")
        case .repeatedKey(let path): self.init(key: path.joined(separator: "."), reason: "stands twice")
        case .numberTooLarge(let text, let path):
            self.init(
                key: path.joined(separator: "."),
                reason: "has a number that does not fit into a double: \(text.prefix(32))")
        }
    }
}

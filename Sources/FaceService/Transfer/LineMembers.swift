import Encodings
import Gallery

/// The members of a line of an import, or of an object in it, as the types that they stand for. What is wrong
/// is a problem that names the member.
struct LineMembers {
    let object: JSONObject
    /// Where the object stands in the line: `quarantine.`, or nothing for the line itself.
    var prefix = ""

    func wrong(_ member: String, _ reason: String) -> Problem { .import(prefix + member, reason) }

    /// Nil where the member is missing or null.
    func optional<T>(_ name: String, _ kind: String, _ read: (JSONValue) -> T?) throws -> T? {
        guard let value = object[name], value != .null else { return nil }
        guard let result = read(value) else { throw wrong(name, "must be \(kind)") }
        return result
    }

    func time(_ name: String) throws -> Timestamp? {
        try optional(name, "an RFC 3339 time") { $0.stringValue.flatMap { Timestamp(rfc3339: $0) } }
    }

    func metadata(_ name: String) throws -> JSONObjectText? {
        guard let value = object[name], value != .null else { return nil }
        do throws(GalleryError) {
            return try JSONObjectText(value.jsonText())
        } catch .metadataInvalid(let reason) {
            throw wrong(name, "can't be stored: \(reason)")
        }
    }

    func identity(_ name: String) throws -> IdentityName? {
        guard let text = try optional(name, "a text", \.stringValue) else { return nil }
        do throws(GalleryError) {
            return try IdentityName(text)
        } catch .nameInvalid(_, let reason) {
            throw wrong(name, "is no valid name: \(reason)")
        }
    }

    /// A number that a float holds, in `range`.
    func number(_ name: String, in range: ClosedRange<Float> = Measure.any) throws -> Float? {
        guard let number = try optional(name, "a number", Self.float) else { return nil }
        guard range.contains(number) else { throw wrong(name, "must be \(Measure.text(range))") }
        return number
    }

    /// The member that is an object.
    func object(_ name: String, _ kind: String) throws -> LineMembers? {
        try optional(name, kind, \.objectValue).map { LineMembers(object: $0, prefix: "\(prefix)\(name).") }
    }

    static func float(_ value: JSONValue) -> Float? {
        value.doubleValue.map { Float($0) }.flatMap { $0.isFinite ? $0 : nil }
    }
}

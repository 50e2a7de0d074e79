import Encodings
import Gallery

/// Reads one line of an import: a face, or an identity that has none. Members that an export writes are
/// understood, others refused: a misspelt member would otherwise be lost without a word.
struct ImportLineReader {
    let rules: ImportRules

    /// What stands on a line, or a problem that names the member that is wrong.
    func read(_ line: [UInt8]) throws -> ImportedLine {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONParser.parse(line)
        } catch {
            throw Problem(.jsonInvalid, "byte \(error.offset): \(error.reason)")
        }
        guard let object = value.objectValue else { throw Problem(.importInvalid, "is not a JSON object") }
        let members = LineMembers(object: object)
        if IdentityLine.isOne(object) { return .identity(try identity(members)) }
        for member in object.members where !Self.ofFaces.contains(member.key) {
            throw Problem.import(member.key, "is not known")
        }
        return .face(try FaceLineReader(line: members, rules: rules).face())
    }

    private static let ofFaces = FaceLineReader.members.union(["identity", "identity_metadata", "created_at"])

    private func identity(_ line: LineMembers) throws -> ImportedIdentity {
        guard let name = try line.identity("identity") else { throw line.wrong("identity", "must be a text") }
        return ImportedIdentity(
            name: name, metadata: try line.metadata("identity_metadata"),
            createdAt: try line.time("created_at"), updatedAt: try line.time("updated_at"))
    }
}

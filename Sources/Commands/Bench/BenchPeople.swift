import Encodings
import FaceService
import Faces
import Foundation
import Gallery
import SubCenter

/// The people of a purification benchmark, with their embeddings.
enum BenchPeople {
    /// From --images or --embeddings, exactly one of which is to be given.
    static func read(_ arguments: ParsedArguments, threads: Int) throws -> [EnrolledIdentity] {
        switch (arguments.string("--images"), arguments.string("--embeddings")) {
        case (let folder?, nil): try embedded(folder, arguments, threads: threads)
        case (nil, let file?): try exported(FileBytes.read(file, limit: exportLimit), named: file)
        default: throw UsageError("`bench purify` needs either --images or --embeddings")
        }
    }

    /// Two million faces of 512 numbers in text.
    private static let exportLimit = 16 << 30

    /// Every photograph in which a face is found.
    private static func embedded(
        _ folder: String, _ arguments: ParsedArguments, threads: Int
    ) throws -> [EnrolledIdentity] {
        let people = try PersonFolders(at: folder).everybody()
        let embeddings = try ImageEmbeddings(
            configuration: ServiceOptions.configuration(arguments), threads: threads)
        let vectors = try embeddings.embed(people.flatMap(\.files)) { _ in }
        var rest = Array(zip(people.flatMap(\.files), vectors))[...]
        return people.map { person in
            let faces = rest.prefix(person.files.count).compactMap { file, vector in
                vector.map { SubCenter.EnrolledFace(id: file, embedding: $0) }
            }
            rest = rest.dropFirst(person.files.count)
            return EnrolledIdentity(name: person.identity.text, faces: faces)
        }
    }

    /// The faces of an export that are not set aside.
    private static func exported(_ bytes: [UInt8], named file: String) throws -> [EnrolledIdentity] {
        var faces: [IdentityName: [SubCenter.EnrolledFace]] = [:]
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            do {
                let value = try JSONParser.parse(Array(line))
                if let object = value.objectValue, IdentityLine.isOne(object) { continue }
                guard let name = value["identity"]?.stringValue, let id = value["face_id"]?.stringValue,
                    let embedding = value["embedding"]?.arrayValue?.compactMap(\.doubleValue)
                else { throw CommandFailure("identity, face_id or embedding is missing") }
                guard value["quarantined"]?.boolValue != true else { continue }
                faces[IdentityName(stored: name), default: []].append(
                    SubCenter.EnrolledFace(id: id, embedding: embedding.map(Float.init)))
            } catch let error as JSONError {
                throw CommandFailure(
                    "\(file.shown), line \(number + 1), byte \(error.offset): \(error.reason)")
            } catch {
                throw CommandFailure("\(file.shown), line \(number + 1): \(error)")
            }
        }
        return faces.sorted { $0.key < $1.key }
            .map { EnrolledIdentity(name: $0.key.text, faces: $0.value) }
    }
}

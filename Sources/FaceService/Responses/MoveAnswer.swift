package import Encodings
package import Gallery

/// The answer of a move: what came, what stayed, and the identity as it is now.
package struct MoveAnswer: JSONRepresentable {
    package let faces: MovedFaces
    package let identity: IdentityAnswer

    init(_ faces: MovedFaces, _ identity: IdentityRecord) throws {
        self.faces = faces
        self.identity = try IdentityAnswer(identity)
    }

    package var json: JSONValue {
        .object([
            "moved": .integer(faces.moved),
            "restored": .array(faces.restored.map { .string($0.text) }),
            "duplicates": .array(
                faces.duplicates.map {
                    .object(["face_id": .string($0.face.text), "duplicate_of": .string($0.of.text)])
                }),
            "identity": identity.json,
        ])
    }
}

/// The identities of a purification, checked and in an order that does not depend on how they were given.
struct PurifyInput: Sendable {
    /// An identity with the faces that take part.
    struct Identity: Sendable {
        let name: String
        /// Not yet quarantined, in ascending order of their ids.
        let faces: [EnrolledFace]
        /// Whether its faces may be set aside.
        let isJudged: Bool
    }

    /// In ascending order of the names' UTF-8 bytes.
    let identities: [Identity]
    /// 0 when there are no faces.
    let dimension: Int

    init(_ given: [EnrolledIdentity], judged names: [String]?, isCancelled: () -> Bool) throws(PurifyError) {
        try Self.checkNames(given)
        dimension = given.lazy.flatMap(\.faces).first?.embedding.count ?? 0
        try Self.checkFaces(given, dimension: dimension, isCancelled: isCancelled)
        let judged = names.map { Set($0.map { Array($0.utf8) }) }
        identities = given.sorted { Self.precedes($0.name, $1.name) }.map { identity in
            Identity(
                name: identity.name,
                faces: identity.faces.filter { !$0.isQuarantined }.sorted { Self.precedes($0.id, $1.id) },
                isJudged: judged?.contains(Array(identity.name.utf8)) ?? true)
        }
    }

    /// Byte order: `String`'s own takes different spellings of one character for equal, a gallery does not.
    private static func precedes(_ a: String, _ b: String) -> Bool {
        a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    private static func checkNames(_ given: [EnrolledIdentity]) throws(PurifyError) {
        var seen = Set<[UInt8]>(minimumCapacity: given.count)
        for identity in given where !seen.insert(Array(identity.name.utf8)).inserted {
            throw .repeatedIdentity(identity.name)
        }
    }

    private static func checkFaces(
        _ given: [EnrolledIdentity], dimension: Int, isCancelled: () -> Bool
    ) throws(PurifyError) {
        var seen = Set<[UInt8]>()
        for face in given.lazy.flatMap(\.faces) {
            if seen.count % 1024 == 0 && isCancelled() { throw .cancelled }
            guard seen.insert(Array(face.id.utf8)).inserted else { throw .repeatedFace(id: face.id) }
            try face.check(dimension: dimension)
        }
    }
}

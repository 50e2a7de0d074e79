import Locks
import VectorSearch

/// A gallery's searched faces in memory: the vectors, and who they are.
///
/// The vectors know rows only. Names go in before their vectors and leave after them, so that whatever a
/// search of the present index finds has its names.
final class LiveGallery: Sendable {
    private struct Names {
        var faces: [Int64: FaceID] = [:]
        var identities: [Int64: IdentityName] = [:]
    }

    let gallery: GalleryRow
    private let index: EmbeddingIndex
    private let names = Locked(Names())

    /// - Parameter threads: How many one search may use.
    init(_ gallery: GalleryRow, threads: Int) {
        self.gallery = gallery
        index = EmbeddingIndex(dimension: gallery.model.dimension, threads: threads)
    }

    var count: Int { index.count }

    /// - Complexity: O(faces).
    func insert(_ faces: [SearchedFace]) {
        names.withLock { names in
            for face in faces {
                names.faces[face.row] = face.id
                names.identities[face.identityRow] = face.identity
            }
        }
        do {
            try index.insert(
                faces.map { EmbeddingIndex.Entry(key: $0.row, owner: $0.identityRow, vector: $0.embedding) })
        } catch {
            // Length and finiteness were checked before the row was written, and rows are unique.
            preconditionFailure("the index refused a stored face: \(error)")
        }
    }

    func remove(rows: [Int64]) {
        index.remove(keys: rows)
        names.withLock { names in for row in rows { names.faces[row] = nil } }
    }

    /// No search sees a part of it, and none misses a face meanwhile.
    func reassign(rows: [Int64], to identityRow: Int64, _ identity: IdentityName) {
        rename(identity: identityRow, to: identity)
        index.assign(keys: rows, to: identityRow)
    }

    func rename(identity row: Int64, to name: IdentityName) {
        names.withLock { $0.identities[row] = name }
    }

    /// After its faces were removed or reassigned.
    func forget(identity row: Int64) {
        names.withLock { $0.identities[row] = nil }
    }

    func contains(row: Int64) -> Bool { index.vector(of: row) != nil }

    func contains(_ face: SearchedFace) -> Bool {
        index.vector(of: face.row) == face.embedding && index.owner(of: face.row) == face.identityRow
            && names.withLock {
                $0.faces[face.row] == face.id && $0.identities[face.identityRow] == face.identity
            }
    }

    /// The best face of each of the `top` best identities, best first.
    ///
    /// A face that is deleted between the scan and the look-up of its name has left the index by then: the
    /// scan is repeated. Against a stream of deletions the last attempt leaves such faces out.
    func search(_ probe: [Float], top: Int) throws(GalleryError) -> [IdentityMatch] {
        var found: [IdentityMatch] = []
        for _ in 0..<8 {
            let matches = try scan(probe, top: top)
            found = names.withLock { names in matches.compactMap { Self.named($0, names) } }
            if found.count == matches.count { break }
        }
        return found
    }

    private static func named(_ match: Match, _ names: Names) -> IdentityMatch? {
        guard let face = names.faces[match.key], let identity = names.identities[match.owner] else {
            return nil
        }
        return IdentityMatch(identity: identity, face: face, similarity: match.similarity)
    }

    private func scan(_ probe: [Float], top: Int) throws(GalleryError) -> [Match] {
        do throws(VectorSearchError) {
            return try index.search(probe: probe, top: top)
        } catch {
            switch error {
            case .dimensionMismatch(let expected, let found):
                throw .embeddingInvalid(.dimension(expected: expected, given: found))
            case .notFinite: throw .embeddingInvalid(.notFinite)
            case .keyExists: preconditionFailure("a search inserts nothing")
            }
        }
    }
}

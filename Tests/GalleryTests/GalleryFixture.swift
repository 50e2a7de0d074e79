import CSQLite
import Gallery
import TestKit

/// A store in a folder of its own.
final class GalleryFixture: Sendable {
    static let model = ModelContract(
        name: "tiny", fingerprint: String(repeating: "a1", count: 32), preprocessing: "rgb 112x112",
        dimension: 8)

    let folder = TemporaryFolder()
    let store: GalleryStore
    let people: GalleryName

    /// A store with the gallery `people` in it.
    init(_ adjust: (inout StoreOptions) -> Void = { _ in }) async throws {
        people = try GalleryName("people")
        var options = StoreOptions()
        adjust(&options)
        store = try await GalleryStore.open(path: folder.file("faces.db"), options: options)
        _ = try await store.putGallery(people, model: Self.model)
    }

    var path: String { folder.file("faces.db") }

    /// Closes the store and opens the file anew.
    func reopened() async throws -> GalleryStore {
        await store.close()
        return try await GalleryStore.open(path: path)
    }

    /// Enrols one face without a source.
    @discardableResult
    func enroll(_ identity: String, _ embedding: [Float]) async throws -> FaceID {
        try await store.enroll(
            [NewFace(embedding: embedding)], as: name(identity), in: people, model: Self.model)[0].id
    }

    func search(_ probe: [Float], top: Int = 5, threshold: Float = 0.5) async throws -> SearchAnswer {
        try await store.search(probe, in: people, model: Self.model, top: top, threshold: threshold)
    }
}

/// Shorthand for a name that is right.
func name(_ text: String) throws(GalleryError) -> IdentityName { try IdentityName(text) }

/// The unit vector along an axis.
func axis(_ index: Int, dimension: Int = 8) -> [Float] {
    (0..<dimension).map { $0 == index ? 1 : 0 }
}

/// A unit vector between two axes: its cosine to the first is `cosine`.
func between(_ first: Int, _ second: Int, cosine: Float) -> [Float] {
    (0..<8).map { $0 == first ? cosine : $0 == second ? (1 - cosine * cosine).squareRoot() : 0 }
}

/// A random unit vector.
func randomUnit(_ dimension: Int, _ generator: inout SeededGenerator) -> [Float] {
    let raw = (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
    let norm = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return raw.map { $0 / norm }
}

/// Runs `body` and hands back the `GalleryError` that it throws; `nil` when it doesn't.
func refusal<T>(_ body: () async throws(GalleryError) -> T) async -> GalleryError? {
    do throws(GalleryError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

extension GalleryError {
    /// Whether what is stored is wrong.
    var isOfDamage: Bool {
        switch self {
        case .embeddingsDamaged, .databaseRefused(_, .damaged): true
        case .database(let error): [SQLITE_CORRUPT, SQLITE_NOTADB].contains(error.code)
        default: false
        }
    }
}

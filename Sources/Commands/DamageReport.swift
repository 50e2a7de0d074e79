import Gallery

/// The damaged embeddings as `arcface check --json` prints them.
struct DamageReport: Encodable {
    private struct Face: Encodable {
        let gallery, identity, faceID, fault: String
        let quarantined: Bool

        enum CodingKeys: String, CodingKey {
            case gallery, identity, fault, quarantined
            case faceID = "face_id"
        }
    }

    private let count: Int
    /// The first `DamagedEmbeddings.listLimit`.
    private let faces: [Face]

    init(_ embeddings: DamagedEmbeddings) {
        count = embeddings.count
        faces = embeddings.listed.map {
            Face(
                gallery: $0.gallery.text, identity: $0.identity.text, faceID: $0.face.text,
                fault: $0.fault.description, quarantined: $0.isQuarantined)
        }
    }
}

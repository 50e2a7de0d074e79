package import Gallery

extension FaceApplication {
    /// What the searched faces of an identity have in common.
    package struct IdentityCentre: Sendable {
        /// The mean of their embeddings, of length 1.
        package let embedding: [Float]
        /// The median length of the raw embeddings that are known; nil where none is.
        package let norm: Float?
        /// How many faces it is of.
        package let faces: Int
    }

    /// The centre of an identity, of the faces that are not set aside.
    ///
    /// Throws `model_mismatch` where the gallery is another recogniser's, `face_not_found` where there is no face.
    package func centre(of identity: IdentityName, in name: GalleryName) async throws -> IdentityCentre {
        _ = try await usable(name)
        var sum = [Double](repeating: 0, count: recognition.model.dimension)
        var norms: [Float] = []
        var count = 0
        var page = PageRequest.first
        while true {
            let found = try await store.faces(of: identity, in: name, page)
            for face in found.items where face.quarantine == nil {
                let embedding = try await store.embedding(of: face.id, in: name)
                for (index, value) in embedding.enumerated() { sum[index] += Double(value) }
                if let norm = face.norm, norm > 0 { norms.append(norm) }
                count += 1
            }
            guard let next = found.next else { break }
            page = try PageRequest(after: next)
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 1e-6 else {
            throw Problem(.faceNotFound, "the identity has no face that is searched")
        }
        return IdentityCentre(
            embedding: sum.map { Float($0 / length) },
            norm: norms.isEmpty ? nil : norms.sorted()[norms.count / 2], faces: count)
    }
}

package import Gallery

extension FaceApplication {
    /// Starts a job that makes a picture of an embedding or of an identity.
    ///
    /// - Throws: `disabled`; `embedding_invalid`; for an identity `gallery_not_found`, `model_mismatch`,
    ///   `identity_not_found`, `face_not_found` where there is nothing to show.
    package func invert(_ request: InvertRequest) async throws -> JobRecord {
        try requireInversion()
        guard let inverter else { throw Problem(.notImplemented, "this build can't invert embeddings") }
        let request = try await checked(request)
        return try await jobs.invert(request, with: inverter, model: modelContract)
    }

    /// What the searched faces of an identity have in common. Throws as `invert` does of one.
    package func meanFace(of identity: IdentityName, in gallery: GalleryName) async throws -> MeanFace {
        guard let mean = try await store.meanFace(of: identity, in: gallery, model: modelContract) else {
            throw InvertRequest.nothingToShow
        }
        return mean
    }

    /// Throws `disabled` unless the operator has switched it on.
    func requireInversion() throws {
        guard !configuration.inversionEnabled else { return }
        throw Problem(
            .disabled,
            "making faces of embeddings is off; inversion.enabled: true in the configuration, or "
                + "ARCFACE_INVERSION_ENABLED=true in the environment, switches it on")
    }

    private func checked(_ request: InvertRequest) async throws -> InvertRequest {
        switch request.subject {
        case .embedding(let vector):
            let unit = try EmbeddingCheck.unit(vector, dimension: recognition.model.dimension)
            return InvertRequest(.embedding(unit), iterations: request.iterations, seed: request.seed)
        case .identity(let identity, let gallery):
            _ = try await meanFace(of: identity, in: gallery)
            return request
        }
    }
}

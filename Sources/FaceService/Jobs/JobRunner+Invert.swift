import Encodings
import Gallery
import Imaging

extension JobRunner {
    /// Puts an inversion in the queue. It changes nothing in a gallery, so it neither waits for the gallery's
    /// job nor keeps it from being taken.
    ///
    /// - Parameter model: of the recognizer at hand, which the embedding is of.
    func invert(
        _ request: InvertRequest, with inverter: LazyInverter, model: ModelContract
    ) async throws -> JobRecord {
        let parameters = try JSONObjectText(request.json.jsonText())
        return try await enqueue(
            {
                try await store.createInversion(of: request.enrolled, model: model, parameters: parameters)
            }, body: { [self] id in try await invert(id, request, inverter, model) })
    }

    private func invert(
        _ id: JobID, _ request: InvertRequest, _ inverter: LazyInverter, _ model: ModelContract
    ) async throws {
        let start = ContinuousClock.now
        let inversion = try await inversion(id, request, model)
        let isCancelled: @Sendable () -> Bool = { [board] in board.isCancelled(id) }
        let made = try await onThread { [board] () -> (picture: InvertedPicture, png: [UInt8])? in
            let picture = try inverter.get().invert(
                inversion, progress: { board.setProgress($0, of: id) }, isCancelled: isCancelled)
            return picture.map { ($0, $0.image.png()) }
        }
        guard let made else { throw GalleryError.jobFinished(id) }
        let answer = InversionAnswer(
            picture: made.picture, seconds: (ContinuousClock.now - start).inSeconds)
        try await store.finishInversion(
            id, png: made.png, report: JSONObjectText(answer.jsonText()), isCancelled: isCancelled)
        board.setProgress(1, of: id)
    }

    /// The identity's faces as they are when the job's turn comes.
    private func inversion(
        _ id: JobID, _ request: InvertRequest, _ model: ModelContract
    ) async throws -> InversionRequest {
        switch request.subject {
        case .embedding(let vector):
            return InversionRequest(
                embedding: vector, norm: nil, iterations: request.iterations, seed: request.seed)
        case .identity:
            guard let mean = try await store.meanFace(for: id, model: model) else {
                throw JobFailure(reason: InvertRequest.nothingToShow.detail)
            }
            return InversionRequest(
                embedding: mean.embedding, norm: mean.norm, iterations: request.iterations, seed: request.seed
            )
        }
    }
}

extension InvertRequest {
    /// The identity and its gallery, where it is one.
    fileprivate var enrolled: (identity: IdentityName, gallery: GalleryName)? {
        if case .identity(let name, let gallery) = subject { (name, gallery) } else { nil }
    }

    static let nothingToShow = Problem(
        .faceNotFound, "the identity has no face that is searched, or its faces cancel each other out")
}

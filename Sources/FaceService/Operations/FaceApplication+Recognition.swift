package import Gallery

extension FaceApplication {
    /// How `identify` searches.
    package struct IdentifyOptions: Sendable {
        /// Distinct identities a face.
        package var top = 5
        /// Inclusive; nil for the gallery's, else the model's.
        package var threshold: Float?

        package init() {}
    }

    /// Says for each face of an input which identities of a gallery it may belong to.
    package func identify(
        _ input: FaceInput, in name: GalleryName, _ options: FaceOptions = FaceOptions(),
        _ search: IdentifyOptions = IdentifyOptions()
    ) async throws -> IdentifyAnswer {
        let gallery = try await usable(name)
        let threshold = search.threshold ?? gallery.threshold ?? recognition.model.threshold
        // Searching is part of what a place in the queue is for, or what waits to be searched would have no
        // bound.
        let faces = try await recognition.queue.admitted {
            var faces: [IdentifyAnswer.Face] = []
            for probe in try await recognition.candidates(input, options) {
                try Task.checkCancellation()
                let answer = try await timed(.search) {
                    try await store.search(
                        probe.vector, in: name, model: modelContract, top: search.top, threshold: threshold)
                }
                let crop = probe.answer(cropQuality: options.crop ? recognition.cropQuality : nil)
                faces.append(IdentifyAnswer.Face(face: crop, answer))
            }
            return faces
        }
        return IdentifyAnswer(
            model: recognition.model, gallery: name.text, threshold: threshold, faces: faces)
    }

    /// Holds a face against an enrolled identity; the identity's best face counts.
    package func verify(
        _ input: FaceInput, against identity: IdentityName, in name: GalleryName,
        _ options: FaceOptions = FaceOptions(), threshold: Float? = nil
    ) async throws -> VerifyAnswer {
        let gallery = try await usable(name)
        _ = try await timed(.db) { try await store.identity(identity, in: name) }
        let best = try await recognition.queue.admitted {
            var best: (probe: ProbeFace, match: IdentityMatch)?
            for probe in try await recognition.candidates(input, options) {
                try Task.checkCancellation()
                let match = try await timed(.search) {
                    try await store.bestMatch(for: probe.vector, of: identity, in: name, model: modelContract)
                }
                if let match, match.similarity > best?.match.similarity ?? -.infinity {
                    best = (probe, match)
                }
            }
            return best
        }
        guard let best else {
            throw Problem(.faceNotFound, "the identity has no face that is searched")
        }
        let crop = best.probe.answer(cropQuality: options.crop ? recognition.cropQuality : nil)
        var answer = VerifyAnswer(
            model: recognition.model, similarity: best.match.similarity,
            threshold: threshold ?? gallery.threshold ?? recognition.model.threshold, faces: [crop])
        answer.enrolled = (name.text, identity.text, best.match.face.text)
        return answer
    }
}

extension IdentifyAnswer.Face {
    init(face: FaceAnswer?, _ answer: SearchAnswer) {
        self.init(
            face: face,
            matches: answer.matches.map {
                .init(identity: $0.identity.text, faceID: $0.face.text, similarity: $0.similarity)
            },
            margin: answer.margin, bestBelowThreshold: answer.bestBelow)
    }
}

package import Gallery

extension FaceApplication {
    /// Enrols the faces of `inputs` as one identity, in one transaction.
    ///
    /// Good inputs are enrolled though others are rejected; when none is left, or one is missing under
    /// `isAtomic`, the whole is refused with the rejections and nothing is changed.
    package func enrol(
        _ inputs: [FaceInput], as identity: IdentityName, in name: GalleryName,
        _ options: EnrolOptions = EnrolOptions()
    ) async throws -> EnrolAnswer {
        if let gate = options.gateForImages, inputs.contains(where: \.isEmbedding) {
            throw Problem.parameter(gate, "can't be applied to an embedding")
        }
        let gallery = try await usable(name)
        let enrolment = Enrolment(
            application: self, identity: identity, gallery: name, options: options,
            conflictThreshold: gallery.threshold ?? recognition.model.threshold)
        return try await enrolment.run(inputs)
    }
}

extension GalleryStore {
    // Galleries

    /// Creates the gallery, or finds it there and replaces the description and metadata that are given.
    ///
    /// - Throws: `modelMismatch` when it is there with another model.
    package func putGallery(
        _ name: GalleryName, model: ModelContract, description: String? = nil, metadata: JSONObjectText? = nil
    ) async throws(GalleryError) -> (gallery: GalleryRecord, isNew: Bool) { fatalError("api") }
    /// - Throws: `galleryExists`.
    package func createGallery(
        _ name: GalleryName, model: ModelContract, description: String? = nil, metadata: JSONObjectText? = nil
    ) async throws(GalleryError) -> GalleryRecord { fatalError("api") }
    package func gallery(_ name: GalleryName) async throws(GalleryError) -> GalleryRecord {
        fatalError("api")
    }
    /// By name.
    package func galleries(_ page: PageRequest = .first) async throws(GalleryError) -> Page<GalleryRecord> {
        fatalError("api")
    }
    package func deleteGallery(_ name: GalleryName) async throws(GalleryError) { fatalError("api") }
    /// Sets or clears the calibrated threshold.
    package func setThreshold(_ threshold: Float?, of gallery: GalleryName) async throws(GalleryError) {
        fatalError("api")
    }

    // Identities

    /// Creates the identity, or replaces its metadata when some is given.
    package func putIdentity(
        _ identity: IdentityName, in gallery: GalleryName, metadata: JSONObjectText? = nil
    ) async throws(GalleryError) -> (identity: IdentityRecord, isNew: Bool) { fatalError("api") }
    package func identity(_ identity: IdentityName, in gallery: GalleryName) async throws(GalleryError)
        -> IdentityRecord
    { fatalError("api") }
    /// By name, byte order.
    package func identities(in gallery: GalleryName, _ page: PageRequest = .first) async throws(GalleryError)
        -> Page<IdentityRecord>
    { fatalError("api") }
    package func deleteIdentity(_ identity: IdentityName, in gallery: GalleryName) async throws(GalleryError)
    { fatalError("api") }

    // Faces

    /// Enrols faces in one transaction, all or none; results in order. The identity is created when new.
    package func enroll(
        _ faces: [NewFace], as identity: IdentityName, in gallery: GalleryName, model: ModelContract
    ) async throws(GalleryError) -> [EnrolledFace] { fatalError("api") }
    /// The face of `source` that the identity has already, so that nothing need be computed for it.
    package func face(
        from source: FaceSource, of identity: IdentityName, in gallery: GalleryName
    ) async throws(GalleryError) -> FaceRecord? { fatalError("api") }
    package func face(_ face: FaceID, in gallery: GalleryName) async throws(GalleryError) -> FaceRecord {
        fatalError("api")
    }
    package func faces(
        of identity: IdentityName, in gallery: GalleryName, _ page: PageRequest = .first
    ) async throws(GalleryError) -> Page<FaceRecord> { fatalError("api") }
    package func deleteFace(_ face: FaceID, in gallery: GalleryName) async throws(GalleryError) {
        fatalError("api")
    }
    package func embedding(of face: FaceID, in gallery: GalleryName) async throws(GalleryError) -> [Float] {
        fatalError("api")
    }
    /// JPEG. - Throws: `faceNotFound`, `cropNotFound`.
    package func crop(of face: FaceID, in gallery: GalleryName) async throws(GalleryError) -> [UInt8] {
        fatalError("api")
    }

    // Search

    package func search(
        _ probe: [Float], in gallery: GalleryName, model: ModelContract, top: Int, threshold: Float
    ) async throws(GalleryError) -> SearchAnswer { fatalError("api") }
    /// The best of one identity's faces; `nil` when none of them is searched.
    package func bestMatch(
        for probe: [Float], of identity: IdentityName, in gallery: GalleryName, model: ModelContract
    ) async throws(GalleryError) -> IdentityMatch? { fatalError("api") }

    // Purification

    /// The searched faces, by identity name; of all identities or of those named.
    package func identitySets(
        in gallery: GalleryName, only identities: [IdentityName]? = nil
    ) async throws(GalleryError) -> [EnrolledIdentitySet] { fatalError("api") }
    /// Sets faces aside in one transaction and, with a report, ends the job with it in the same one.
    /// Faces deleted meanwhile and faces set aside already are skipped. Returns those set aside.
    package func applyQuarantine(
        _ decisions: [QuarantineDecision], in gallery: GalleryName, job: JobID, report: JSONObjectText? = nil
    ) async throws(GalleryError) -> [FaceID] { fatalError("api") }
    /// In the order in which they were set aside.
    package func quarantine(in gallery: GalleryName, _ page: PageRequest = .first) async throws(GalleryError)
        -> Page<FaceRecord>
    { fatalError("api") }
    /// Puts faces back, all or none; those that were not set aside stay as they are. Returns those put back.
    package func restore(_ faces: [FaceID], in gallery: GalleryName) async throws(GalleryError) -> [FaceID] {
        fatalError("api")
    }
    /// Puts back what a job set aside.
    package func restore(job: JobID, in gallery: GalleryName) async throws(GalleryError) -> [FaceID] {
        fatalError("api")
    }

    // Jobs

    /// - Throws: `jobRunning` when the gallery has one that is not over, `galleryNotFound`.
    package func createJob(kind: String, gallery: GalleryName?, parameters: JSONObjectText)
        async throws(GalleryError) -> JobRecord
    { fatalError("api") }
    package func job(_ id: JobID) async throws(GalleryError) -> JobRecord { fatalError("api") }
    /// Newest first.
    package func jobs(_ page: PageRequest = .first) async throws(GalleryError) -> Page<JobRecord> {
        fatalError("api")
    }
    /// queued -> running. - Throws: `jobFinished` when it was cancelled meanwhile.
    package func startJob(_ id: JobID) async throws(GalleryError) -> JobRecord { fatalError("api") }
    package func setProgress(_ progress: Double, of job: JobID) async throws(GalleryError) {
        fatalError("api")
    }
    /// - Throws: `jobFinished` when it is over already.
    package func finishJob(_ id: JobID, _ outcome: JobOutcome) async throws(GalleryError) -> JobRecord {
        fatalError("api")
    }

    // Transfer

    /// A consistent snapshot of the gallery, read batch by batch.
    package func export(_ gallery: GalleryName, includingCrops: Bool = false) async throws(GalleryError)
        -> GalleryExport
    { fatalError("api") }
    /// Starts an import; nothing is seen of it before its `commit()`.
    package func beginImport(into gallery: GalleryName) async throws(GalleryError) -> GalleryImport {
        fatalError("api")
    }

    // Operations

    /// By name.
    package func statistics() async throws(GalleryError) -> [GalleryStatistics] { fatalError("api") }
    /// Commits a small write; at most once in two seconds, success is remembered in between.
    package func checkWritable() async throws(GalleryError) { fatalError("api") }
    /// A consistent copy in one file, made beside the running work; `path` appears only when it is complete.
    package func backup(to path: String) async throws(GalleryError) { fatalError("api") }
    package func check() async throws(GalleryError) -> IntegrityReport { fatalError("api") }
}

/// A snapshot of a gallery on its way out. Pull batches until `nil`; letting go of it ends it.
package final class GalleryExport: Sendable {
    package let gallery: GalleryRecord
    init() { fatalError("api") }
    /// In order of enrolment; `nil` at the end.
    package func next(limit: Int = 256) async throws(GalleryError) -> [StoredFace]? { fatalError("api") }
    /// Ends the snapshot early.
    package func close() async { fatalError("api") }
}

/// An import being gathered in a file of its own; letting go of it uncommitted leaves no trace.
package final class GalleryImport: Sendable {
    package let gallery: GalleryRecord
    init() { fatalError("api") }
    /// Checks and stages faces. - Throws: `importRefused` with the line (its place among all faces added, from 1).
    package func add(_ faces: [ImportedFace]) async throws(GalleryError) { fatalError("api") }
    /// One transaction. - Throws: `importRefused(faceExists)` and the like; nothing is there then.
    package func commit() async throws(GalleryError) -> ImportSummary { fatalError("api") }
    /// Drops what was staged.
    package func cancel() async { fatalError("api") }
}

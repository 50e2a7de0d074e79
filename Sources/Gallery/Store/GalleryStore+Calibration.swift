extension GalleryStore {
    /// The identities of a gallery and how many faces of each are searched, in order of name.
    ///
    /// - Parameter job: what they are counted for; the gallery must be its.
    /// - Throws: `galleryNotFound`.
    package func searchedFaceCounts(
        in gallery: GalleryName, for job: JobID
    ) async throws(GalleryError) -> [(identity: IdentityName, faces: Int)] {
        try await read { connection throws(GalleryError) in
            let parent = try connection.galleryRow(gallery, of: job)
            return try connection.rows(
                """
                SELECT i.name, (SELECT count(*) FROM faces f WHERE f.identity = i.id)
                    - (SELECT count(*) FROM quarantine q WHERE q.identity = i.id)
                FROM identities i WHERE i.gallery = ? ORDER BY i.name
                """, [.integer(parent.row)]
            ) { (identity: IdentityName(stored: $0.text(0)), faces: $0.count(1)) }
        }
    }

    /// Searched faces of a few identities, of each the first `limit` in order of face id. One that is gone is
    /// left out: between a look at the gallery and this somebody may have deleted it.
    ///
    /// - Parameter job: what they are read for; the gallery must be its.
    /// - Throws: `galleryNotFound`.
    package func searchedFaces(
        of identities: [IdentityName], in gallery: GalleryName, for job: JobID, atMost limit: Int
    ) async throws(GalleryError) -> [EnrolledIdentitySet] {
        try await read { connection throws(GalleryError) in
            let parent = try connection.galleryRow(gallery, of: job)
            var sets: [EnrolledIdentitySet] = []
            for name in identities {
                guard let row = try connection.findIdentityRow(name, in: parent.row) else { continue }
                let faces = try connection.searchedFaces(
                    of: row, dimension: parent.model.dimension, inOrderOf: .faceID, atMost: limit)
                sets.append(EnrolledIdentitySet(identity: name, faces: faces))
            }
            return sets
        }
    }

    /// Puts a calibrated threshold in force and ends the job that found it, in one transaction.
    ///
    /// - Parameters:
    ///   - threshold: a cosine, finite.
    ///   - model: what the gallery belonged to when its faces were read.
    ///   - summary: the report without what is too long for lists.
    /// - Throws: `galleryNotFound`, also where the gallery is another than the job's, `modelMismatch` when it
    ///   has got another model since, `jobFinished` (it was cancelled): nothing changes then.
    package func setThreshold(
        _ threshold: Float, falseMatchRate: Double, trials: Int, of gallery: GalleryName,
        model: ModelContract, job: JobID, report: JSONObjectText, summary: JSONObjectText? = nil
    ) async throws(GalleryError) {
        precondition(threshold.isFinite, "a threshold that is not finite")
        try await write { context throws(GalleryError) in
            let parent = try context.connection.galleryRow(gallery, of: job)
            try parent.require(model)
            try context.finishJob(job, .succeeded(report: report, summary: summary))
            try context.connection.run(
                """
                UPDATE galleries SET threshold = ?, threshold_fmr = ?, threshold_trials = ?, threshold_job = ?,
                    threshold_set_at = ?, updated_at = ? WHERE id = ?
                """,
                [
                    .optional(threshold), .real(falseMatchRate), .integer(Int64(trials)), .id(job),
                    .time(context.now), .time(context.now), .integer(parent.row),
                ])
        }
    }

    /// Puts the model's own threshold in force again; no effect where it is.
    ///
    /// - Throws: `galleryNotFound`.
    package func clearThreshold(of gallery: GalleryName) async throws(GalleryError) {
        try await write { context throws(GalleryError) in
            let parent = try context.connection.galleryRow(gallery)
            try context.connection.run(
                """
                UPDATE galleries SET \(CalibratedThreshold.none), updated_at = ?
                WHERE id = ? AND threshold IS NOT NULL
                """, [.time(context.now), .integer(parent.row)])
        }
    }
}

extension CalibratedThreshold {
    /// The assignments that take it away.
    static let none = """
        threshold = NULL, threshold_fmr = NULL, threshold_trials = NULL, threshold_job = NULL,
            threshold_set_at = NULL
        """
}

/// Jobs that make a picture of a face, and the pictures.
extension GalleryStore {
    /// Pictures that are kept; those of the oldest jobs go.
    package static let pictureLimit = 100

    /// Makes a queued job that is to make a picture: of an identity's faces, or of a vector that the caller
    /// keeps.
    ///
    /// It names the gallery but changes nothing in it, so other jobs of that gallery may be under way.
    ///
    /// - Throws: `galleryNotFound`, `modelMismatch`, `identityNotFound`.
    package func createInversion(
        of subject: (identity: IdentityName, gallery: GalleryName)?, model: ModelContract,
        parameters: JSONObjectText
    ) async throws(GalleryError) -> JobRecord {
        try await write { context throws(GalleryError) in
            var identity: Int64?
            if let subject {
                let parent = try context.connection.galleryRow(subject.gallery)
                try parent.require(model)
                identity = try context.connection.identityRow(subject.identity, in: parent)
            }
            let id = try context.insertJob(.invert, subject?.gallery, row: nil, parameters)
            try context.connection.run(
                "INSERT INTO inversions (job, identity) VALUES (?, ?)",
                [.integer(context.connection.lastInsertedRow), .optional(identity)])
            try context.forgetOldJobs()
            return try context.connection.jobRecord(id)
        }
    }

    /// The mean of the identity's searched faces; nil where there are none, or where they cancel each other
    /// out.
    ///
    /// - Throws: `galleryNotFound`, `modelMismatch`, `identityNotFound`.
    package func meanFace(
        of identity: IdentityName, in gallery: GalleryName, model: ModelContract
    ) async throws(GalleryError) -> MeanFace? {
        try await read { connection throws(GalleryError) in
            let parent = try connection.galleryRow(gallery)
            try parent.require(model)
            let row = try connection.identityRow(identity, in: parent)
            return try connection.meanFace(ofIdentity: row, dimension: model.dimension)
        }
    }

    /// The same of the identity that a job was made for, and of no other that has got its name since.
    ///
    /// - Throws: `jobFinished` where the identity is gone, `modelMismatch`.
    package func meanFace(for job: JobID, model: ModelContract) async throws(GalleryError) -> MeanFace? {
        try await read { connection throws(GalleryError) in
            let found = try connection.first(
                """
                SELECT i.id, g.name FROM inversions v JOIN jobs j ON j.id = v.job
                JOIN identities i ON i.id = v.identity JOIN galleries g ON g.id = i.gallery
                WHERE j.job_id = ? AND g.deleted_at IS NULL
                """, [.id(job)]
            ) { (identity: $0.integer(0), gallery: GalleryName(stored: $0.text(1))) }
            guard let found else { throw .jobFinished(job) }
            try connection.galleryRow(found.gallery).require(model)
            return try connection.meanFace(ofIdentity: found.identity, dimension: model.dimension)
        }
    }

    /// Ends the job with its picture, in one transaction.
    ///
    /// - Parameter png: the whole file.
    /// - Throws: `jobFinished` where it was cancelled, or is by what `isCancelled` says: no picture is kept
    ///   then.
    package func finishInversion(
        _ job: JobID, png: [UInt8], report: JSONObjectText,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) async throws(GalleryError) {
        try await write { context throws(GalleryError) in
            if isCancelled() { throw .jobFinished(job) }
            try context.finishJob(job, .succeeded(report: report))
            let kept = try context.connection.run(
                "UPDATE inversions SET png = ? WHERE job = (SELECT id FROM jobs WHERE job_id = ?)",
                [.blob(png), .id(job)])
            // What it was to show went, and the job's row here with it.
            guard kept > 0 else { throw .jobFinished(job) }
            try context.forgetOldPictures()
        }
    }

    /// The job as lists show it, with its picture where one is kept: a PNG file.
    ///
    /// - Throws: `jobNotFound`.
    package func picture(
        of job: JobID
    ) async throws(GalleryError) -> (job: JobRecord, png: [UInt8]?) {
        try await read { connection throws(GalleryError) in
            let record = try connection.jobRecord(job, summarised: true)
            let png = try connection.first(
                "SELECT v.png FROM inversions v JOIN jobs j ON j.id = v.job WHERE j.job_id = ?", [.id(job)]
            ) { $0.optionalBlob(0) }
            return (record, png ?? nil)
        }
    }
}

extension WriteContext {
    fileprivate func forgetOldPictures() throws(GalleryError) {
        try connection.run(
            """
            UPDATE inversions SET png = NULL WHERE png IS NOT NULL AND job <= (
                SELECT job FROM inversions WHERE png IS NOT NULL ORDER BY job DESC LIMIT 1 OFFSET ?)
            """, [.integer(Int64(GalleryStore.pictureLimit))])
    }
}

extension GalleryStore {
    /// Deletes the gallery with all that is in it, and cancels its jobs.
    ///
    /// It is gone for everybody, whole and for good, with the first commit; its rows then go some at a time, so that
    /// other writes take their turn in between. Returns when nothing of it is left on the disk; what a crash or a full disk
    /// leaves goes at the next start, and `StoreOptions.report` hears of it.
    ///
    /// - Parameter cancelled: told after the first commit which jobs ended by it, if any.
    /// - Throws: `galleryNotFound`.
    package func deleteGallery(
        _ name: GalleryName, cancelled: @Sendable ([JobID]) -> Void = { _ in }
    ) async throws(GalleryError) {
        let (row, jobs) = try await write { context throws(GalleryError) in
            let row = try context.connection.galleryRow(name).row
            let jobs = try context.cancelJobs(of: row)
            // The slash keeps it apart from every name that a gallery can be given.
            try context.connection.run(
                "UPDATE galleries SET name = 'deleted/' || id, deleted_at = ? WHERE id = ?",
                [.time(context.now), .integer(row)])
            context.note(.removeGallery(name))
            return (row, jobs)
        }
        cancelled(jobs)
        // The deletion itself was answered for by the first commit.
        await removeRows(of: row)
    }

    /// Takes away a gallery that nobody sees, some rows at a time. `StoreOptions.report` hears of what fails; the next start
    /// tries again.
    func removeRows(of row: Int64) async {
        do throws(GalleryError) {
            while try await write({ context throws(GalleryError) in
                try context.connection.deleteSomeFaces(of: row)
            }) {}
            try await write { context throws(GalleryError) in
                try context.connection.deleteEmptyGallery(row)
            }
        } catch {
            options.report(error)
        }
    }
}

extension WriteContext {
    /// Ends the jobs of a gallery that goes.
    fileprivate func cancelJobs(of gallery: Int64) throws(GalleryError) -> [JobID] {
        let jobs: [JobID] = try connection.rows(
            "SELECT job_id FROM jobs WHERE gallery_row = ? AND state IN ('queued', 'running')",
            [.integer(gallery)]
        ) { row throws(GalleryError) in try row.id(0) }
        for job in jobs { try finishJob(job, .dropped(reason: "its gallery was deleted")) }
        return jobs
    }
}

extension SQLiteConnection {
    /// Faces that go in one transaction: a few milliseconds, in which other writes wait.
    private static let facesAtATime: Int64 = 500

    /// At start: the rows of galleries that were deleted, some at a time, as when they were.
    func finishDeletions() throws(GalleryError) {
        let galleries = try rows("SELECT id FROM galleries WHERE deleted_at IS NOT NULL") { $0.integer(0) }
        for gallery in galleries {
            while try transaction(.write, { () throws(GalleryError) in try deleteSomeFaces(of: gallery) }) {}
            try transaction { () throws(GalleryError) in try deleteEmptyGallery(gallery) }
        }
    }

    /// Whether there may be more.
    fileprivate func deleteSomeFaces(of gallery: Int64) throws(GalleryError) -> Bool {
        try run(
            "DELETE FROM faces WHERE id IN (SELECT id FROM faces WHERE gallery = ? LIMIT ?)",
            [.integer(gallery), .integer(Self.facesAtATime)]) > 0
    }

    fileprivate func deleteEmptyGallery(_ gallery: Int64) throws(GalleryError) {
        try run("DELETE FROM galleries WHERE id = ?", [.integer(gallery)])
    }
}

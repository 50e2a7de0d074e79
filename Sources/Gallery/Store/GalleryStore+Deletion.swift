import Locks

extension GalleryStore {
    /// Deletes the gallery with all that is in it, pictures of its faces too, and cancels its jobs.
    ///
    /// It is gone for everybody, whole and for good, with the first commit; its rows then go some at a time,
    /// so that other writes take their turn in between. Returns when nothing of it is left on the disk; what
    /// an error leaves, and `StoreOptions.report` hears of, goes with the next deletion or import, what a
    /// crash leaves at the next start.
    ///
    /// - Parameters:
    ///   - cancelled: told after the first commit which jobs ended by it, if any.
    ///   - progress: how far a job of it has come, 0 to 1.
    /// - Throws: `galleryNotFound`.
    package func deleteGallery(
        _ name: GalleryName, cancelled: @Sendable ([JobID]) -> Void = { _ in },
        progress: @escaping @Sendable (JobID) -> Double = { _ in 0 }
    ) async throws(GalleryError) {
        let (row, jobs) = try await write { context throws(GalleryError) in
            let row = try context.connection.galleryRow(name).row
            let jobs =
                try context.cancelJobs(of: row, progress)
                + context.erasePictures(ofGallery: row, progress)
            try context.eraseNames(of: row)
            // The slash keeps it apart from every name that a gallery can be given.
            try context.connection.run(
                "UPDATE galleries SET name = 'deleted/' || id, deleted_at = ? WHERE id = ?",
                [.time(context.now), .integer(row)])
            context.note(.removeGallery(name))
            return (row, jobs)
        }
        cancelled(jobs)
        // The deletion itself was answered for by the first commit.
        await removeLeftovers()
        await removeRows(of: row)
    }

    /// Takes away a gallery that nobody sees, some rows at a time. `StoreOptions.report` hears of what fails,
    /// and `removeLeftovers` tries again.
    ///
    /// - Parameter isTight: the disk is known, or feared, to be full.
    func removeRows(of row: Int64, isTight: Bool = false) async {
        do throws(GalleryError) {
            if isTight { await foldLog() }
            try await remove(row)
        } catch .closed {
            // The next start finds it.
        } catch {
            leftovers.withLock { _ = $0.insert(row) }
            options.report(error)
        }
    }

    /// Tries again what failed before: a disk that was full may have room now.
    func removeLeftovers() async {
        let rows = leftovers.withLock { rows in
            defer { rows = [] }
            return rows
        }
        for row in rows.sorted() { await removeRows(of: row, isTight: true) }
    }

    /// Fewer rows at a time where the disk has no room for the usual number.
    private func remove(_ row: Int64) async throws(GalleryError) {
        var count = RowSlice.usual
        while true {
            do throws(GalleryError) {
                return try await remove(row, count)
            } catch {
                guard error.isFull, count > RowSlice.least else { throw error }
            }
            count /= 10
            await foldLog()
        }
    }

    private func remove(_ row: Int64, _ count: Int64) async throws(GalleryError) {
        while try await write({ context throws(GalleryError) in
            try context.connection.deleteSome(of: row, count)
        }) {}
        var job: Int64? = 0
        while let last = job {
            job = try await write { context throws(GalleryError) in
                try context.connection.eraseReportOrGallery(row, after: last)
            }
        }
    }

    private func foldLog() async {
        try? await onWriter { connection throws(GalleryError) in connection.foldLog() }
    }
}

extension WriteContext {
    /// Ends the jobs of a gallery that goes.
    fileprivate func cancelJobs(
        of gallery: Int64, _ progress: (JobID) -> Double
    ) throws(GalleryError) -> [JobID] {
        let jobs: [JobID] = try connection.rows(
            "SELECT job_id FROM jobs WHERE gallery_row = ? AND state IN ('queued', 'running')",
            [.integer(gallery)]
        ) { row throws(GalleryError) in try row.id(0) }
        for job in jobs {
            try finishJob(job, .dropped(reason: "its gallery was deleted"), progress: progress(job))
        }
        return jobs
    }
}

/// Rows that go in one transaction.
private enum RowSlice {
    /// A few milliseconds, in which other writes wait.
    static let usual: Int64 = 500
    /// On a full disk.
    static let least: Int64 = 5
}

extension SQLiteConnection {
    /// Galleries that nobody sees; while the store is open, those of imports under way too.
    func deletedGalleries() throws(GalleryError) -> [Int64] {
        try rows("SELECT id FROM galleries WHERE deleted_at IS NOT NULL") { $0.integer(0) }
    }

    /// At start: the rows of galleries that were deleted, some at a time, as when they were.
    func finishDeletions() throws(GalleryError) {
        for gallery in try deletedGalleries() {
            while try transaction(
                .write, { () throws(GalleryError) in try deleteSome(of: gallery, RowSlice.usual) })
            {}
            var job: Int64? = 0
            while let last = job {
                job = try transaction { () throws(GalleryError) in
                    try eraseReportOrGallery(gallery, after: last)
                }
            }
        }
    }

    /// Deletes faces; where there are none any more, identities. Whether there may be more. They go before
    /// the reports that name them: on a full disk it is they that make room.
    fileprivate func deleteSome(of gallery: Int64, _ count: Int64) throws(GalleryError) -> Bool {
        for table in ["faces", "identities"] {
            let deleted = try run(
                "DELETE FROM \(table) WHERE id IN (SELECT id FROM \(table) WHERE gallery = ? LIMIT ?)",
                [.integer(gallery), .integer(count)])
            if deleted > 0 { return true }
        }
        return false
    }

    /// Takes the names out of the next report of a gallery that has no faces any more; where there is none,
    /// the gallery goes. The report's job; nil at the end.
    fileprivate func eraseReportOrGallery(
        _ gallery: Int64, after job: Int64
    ) throws(GalleryError) -> Int64? {
        if let next = try eraseReport(of: gallery, after: job) { return next }
        try run("DELETE FROM galleries WHERE id = ?", [.integer(gallery)])
        return nil
    }
}

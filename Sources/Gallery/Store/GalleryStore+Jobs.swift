import Encodings

extension GalleryStore {
    /// Jobs that are remembered after their end; the oldest go.
    package static let finishedJobLimit = 1000

    /// Makes a queued job.
    ///
    /// - Throws: `galleryNotFound`, `jobRunning` when the gallery has one that is not over.
    package func createJob(
        kind: JobKind, gallery: GalleryName?, parameters: JSONObjectText
    ) async throws(GalleryError) -> JobRecord {
        try await write { context throws(GalleryError) in
            let parent: GalleryRow? =
                if let gallery { try context.connection.galleryRow(gallery) } else { nil }
            if let parent, let other = try context.connection.jobUnderWay(on: parent) {
                throw .jobRunning(other, gallery: parent.name)
            }
            let id = try context.insertJob(kind, gallery, row: parent?.row, parameters)
            try context.forgetOldJobs()
            return try context.connection.jobRecord(id)
        }
    }

    /// With the whole report or as lists show it.
    ///
    /// - Throws: `jobNotFound`.
    package func job(_ id: JobID, summarised: Bool = false) async throws(GalleryError) -> JobRecord {
        try await read { connection throws(GalleryError) in
            try connection.jobRecord(id, summarised: summarised)
        }
    }

    /// Newest first, with summaries of their reports.
    package func jobs(_ page: PageRequest = .first) async throws(GalleryError) -> Page<JobRecord> {
        let before = try page.cursor?.row(in: .jobs) ?? Int64.max
        return try await read { connection throws(GalleryError) in
            let found = try connection.rows(
                JobRecord.select(summarised: true) + " WHERE id < ? ORDER BY id DESC LIMIT ?",
                [.integer(before), .integer(page.lookahead)]
            ) { row throws(GalleryError) in (row: row.integer(0), job: try JobRecord(row)) }
            return page.cut(found) { Cursor(.jobs, after: $0.row) }.map(\.job)
        }
    }

    /// From queued to running.
    ///
    /// - Throws: `jobNotFound`, `jobFinished` when it was cancelled before its turn came.
    package func startJob(_ id: JobID) async throws(GalleryError) -> JobRecord {
        try await write { context throws(GalleryError) in
            let changed = try context.connection.run(
                "UPDATE jobs SET state = 'running', started_at = ? WHERE job_id = ? AND state = 'queued'",
                [.time(context.now), .id(id)])
            let job = try context.connection.jobRecord(id)
            guard changed > 0 else { throw .jobFinished(id) }
            return job
        }
    }

    /// Ends a job that is queued or running.
    ///
    /// - Parameter progress: how far it had come, 0 to 1; of no account where it succeeded.
    /// - Throws: `jobNotFound`, `jobFinished` when it is over already.
    package func finishJob(
        _ id: JobID, _ outcome: JobOutcome, progress: Double = 0
    ) async throws(GalleryError) -> JobRecord {
        try await write { context throws(GalleryError) in
            try context.finishJob(id, outcome, progress: progress)
            return try context.connection.jobRecord(id)
        }
    }
}

extension WriteContext {
    /// Makes a queued job.
    ///
    /// - Parameters:
    ///   - gallery: what it names.
    ///   - row: the gallery that takes no other job meanwhile.
    func insertJob(
        _ kind: JobKind, _ gallery: GalleryName?, row: Int64?, _ parameters: JSONObjectText
    ) throws(GalleryError) -> JobID {
        let id = JobID.random()
        try connection.run(
            """
            INSERT INTO jobs (job_id, kind, gallery, gallery_row, state, progress, parameters, created_at)
            VALUES (?, ?, ?, ?, 'queued', 0, ?, ?)
            """,
            [
                .id(id), .text(kind.rawValue), .optional(gallery?.text), .optional(row),
                .text(parameters.text),
                .time(now),
            ])
        return id
    }

    /// - Throws: `jobNotFound`, `jobFinished`.
    func finishJob(_ id: JobID, _ outcome: JobOutcome, progress: Double = 0) throws(GalleryError) {
        let (state, report, summary, error): (JobRecord.State, JSONObjectText?, JSONObjectText?, String?) =
            switch outcome {
            case .succeeded(let report, let summary): (.succeeded, report, summary, nil)
            case .failed(let error, let report, let summary): (.failed, report, summary, error)
            case .cancelled: (.cancelled, nil, nil, nil)
            case .dropped(let reason): (.cancelled, nil, nil, reason)
            }
        let changed = try connection.run(
            """
            UPDATE jobs SET state = ?, report = ?, summary = ?, error = ?, finished_at = ?,
                progress = max(progress, ?)
            WHERE job_id = ? AND state IN ('queued', 'running')
            """,
            [
                .text(state.rawValue), .optional(report?.text), .optional(summary?.text), .optional(error),
                .time(now), .real(state == .succeeded ? 1 : min(1, max(0, progress))), .id(id),
            ])
        guard changed == 0 else { return }
        _ = try connection.jobRecord(id)
        throw .jobFinished(id)
    }

    func forgetOldJobs() throws(GalleryError) {
        try connection.run(
            """
            DELETE FROM jobs WHERE state NOT IN ('queued', 'running') AND id <= (
                SELECT id FROM jobs WHERE state NOT IN ('queued', 'running') ORDER BY id DESC LIMIT 1 OFFSET ?)
            """, [.integer(Int64(GalleryStore.finishedJobLimit))])
    }
}

extension SQLiteConnection {
    /// - Throws: `jobNotFound`.
    func jobRecord(_ id: JobID, summarised: Bool = false) throws(GalleryError) -> JobRecord {
        let found = try first(JobRecord.select(summarised: summarised) + " WHERE job_id = ?", [.id(id)]) {
            row throws(GalleryError) in try JobRecord(row)
        }
        guard let found else { throw .jobNotFound(id) }
        return found
    }

    func jobUnderWay(on gallery: GalleryRow) throws(GalleryError) -> JobID? {
        try first(
            "SELECT job_id FROM jobs WHERE gallery_row = ? AND state IN ('queued', 'running')",
            [.integer(gallery.row)]
        ) { row throws(GalleryError) in try row.id(0) }
    }

    /// The gallery of that name, if it is the one that the job was made for and not a later one.
    ///
    /// - Throws: `galleryNotFound`.
    func galleryRow(_ name: GalleryName, of job: JobID) throws(GalleryError) -> GalleryRow {
        let gallery = try galleryRow(name)
        guard try isJob(job, of: gallery) else { throw .galleryNotFound(name) }
        return gallery
    }

    /// False for a job that there isn't.
    func isJob(_ job: JobID, of gallery: GalleryRow) throws(GalleryError) -> Bool {
        try first(
            "SELECT 1 FROM jobs WHERE job_id = ? AND gallery_row = ?", [.id(job), .integer(gallery.row)]
        ) { _ in true } ?? false
    }

    /// At start nobody works on a job any more.
    func failInterruptedJobs(now: Timestamp) throws(GalleryError) {
        try run(
            """
            UPDATE jobs SET state = 'failed', error = 'interrupted by restart', finished_at = ?
            WHERE state IN ('queued', 'running')
            """, [.time(now)])
    }
}

extension JobRecord {
    fileprivate static func select(summarised: Bool) -> String {
        """
        SELECT id, job_id, kind, gallery, state, progress, parameters,
            \(summarised ? "coalesce(summary, report)" : ReportColumn.text), error, created_at, started_at, finished_at
        FROM jobs
        """
    }

    fileprivate init(_ row: Row) throws(GalleryError) {
        guard let state = State(rawValue: row.text(4)) else {
            throw row.damaged("a job has an unknown state")
        }
        self.init(
            id: try row.id(1), kind: row.text(2), gallery: row.optionalText(3).map(GalleryName.init(stored:)),
            state: state, progress: row.real(5), parameters: JSONObjectText(stored: row.text(6)),
            report: row.optionalText(7).map(JSONObjectText.init(stored:)), error: row.optionalText(8),
            createdAt: row.time(9), startedAt: row.optionalTime(10), finishedAt: row.optionalTime(11))
    }
}

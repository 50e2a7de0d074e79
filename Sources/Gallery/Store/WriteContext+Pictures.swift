/// An erasure reaches the pictures that were made of faces.
extension WriteContext {
    /// Before an identity goes: pictures of it, its name in their jobs, and the jobs that have not made
    /// theirs yet.
    ///
    /// - Parameter progress: how far a job has come.
    /// - Returns: The jobs that ended by it.
    func erasePictures(
        ofIdentity row: Int64, _ progress: (JobID) -> Double
    ) throws(GalleryError) -> [JobID] {
        try erase(
            connection.inversions("WHERE v.identity = ?", [.integer(row)]),
            reason: "its identity was deleted", progress)
    }

    /// The same of a whole gallery. At once, though its rows go some at a time: nobody is to see a picture of
    /// them any more.
    func erasePictures(
        ofGallery row: Int64, _ progress: (JobID) -> Double
    ) throws(GalleryError) -> [JobID] {
        // There are few inversions and perhaps many identities, and `CROSS JOIN` begins with the former.
        try erase(
            connection.inversions(
                "CROSS JOIN identities i ON i.id = v.identity WHERE i.gallery = ?", [.integer(row)]),
            reason: "its gallery was deleted", progress)
    }

    /// Before a face leaves its identity: the identity's pictures, in which it may have a part. Its name
    /// stays in their jobs as it stays in the gallery.
    ///
    /// - Returns: The jobs that ended by it.
    func dropPictures(
        withFace row: Int64, reason: String = "a face of its identity was deleted",
        _ progress: (JobID) -> Double = { _ in 0 }
    ) throws(GalleryError) -> [JobID] {
        let found = try connection.inversions(
            "WHERE v.identity = (SELECT identity FROM faces WHERE id = ?)", [.integer(row)])
        let ended = try end(found, reason: reason, progress)
        for inversion in found {
            try connection.run("UPDATE inversions SET png = NULL WHERE job = ?", [.integer(inversion.row)])
        }
        return ended
    }

    /// With an identity that gets another name: the name in the jobs that make pictures of it.
    func renamePictures(ofIdentity row: Int64, to name: IdentityName) throws(GalleryError) {
        try connection.run(
            """
            UPDATE jobs SET parameters = json_replace(parameters, '$.identity', ?)
            WHERE id IN (SELECT job FROM inversions WHERE identity = ?) AND json_valid(parameters)
            """, [.text(name.text), .integer(row)])
    }

    private func erase(
        _ found: [InversionRow], reason: String, _ progress: (JobID) -> Double
    ) throws(GalleryError) -> [JobID] {
        let ended = try end(found, reason: reason, progress)
        for inversion in found {
            // Parameters that something garbled stay as they are: they must not keep a face from being
            // deleted.
            try connection.run(
                """
                UPDATE jobs SET parameters = json_remove(parameters, '$.identity')
                WHERE id = ? AND json_valid(parameters)
                """, [.integer(inversion.row)])
            try connection.run("DELETE FROM inversions WHERE job = ?", [.integer(inversion.row)])
        }
        return ended
    }

    private func end(
        _ found: [InversionRow], reason: String, _ progress: (JobID) -> Double
    ) throws(GalleryError) -> [JobID] {
        let ending = found.filter { !$0.isOver }.map(\.job)
        for job in ending { try finishJob(job, .dropped(reason: reason), progress: progress(job)) }
        return ending
    }
}

/// A job that made a picture or is to make one.
private struct InversionRow {
    /// Of the job, and of the inversion.
    let row: Int64
    let job: JobID
    let isOver: Bool
}

extension SQLiteConnection {
    fileprivate func inversions(
        _ condition: String, _ values: [SQLiteValue]
    ) throws(GalleryError) -> [InversionRow] {
        try rows(
            """
            SELECT j.id, j.job_id, j.state IN ('queued', 'running')
            FROM inversions v CROSS JOIN jobs j ON j.id = v.job \(condition)
            """, values
        ) { row throws(GalleryError) in
            InversionRow(row: row.integer(0), job: try row.id(1), isOver: row.integer(2) == 0)
        }
    }
}

/// An erasure reaches the names that jobs and quarantines have of identities.
extension WriteContext {
    /// With an identity that goes: its name in the parameters of the gallery's jobs, and as the one that a
    /// face set aside lies near to. Reports leave it out where they are read (`ReportColumn`).
    func eraseName(_ identity: IdentityName, in gallery: GalleryRow) throws(GalleryError) {
        let name = SQLiteValue.text(identity.text)
        try connection.run(
            """
            UPDATE quarantine SET nearest_angle = iif(nearest = ?, NULL, nearest_angle),
                nearest = nullif(nearest, ?), move_to = nullif(move_to, ?)
            WHERE gallery = ? AND (nearest = ? OR move_to = ?)
            """, [name, name, name, .integer(gallery.row), name, name])
        // Parameters that something garbled stay as they are: they must not keep anybody from being deleted.
        try connection.run(
            """
            UPDATE jobs SET parameters = json_set(parameters, '$.identities', (
                SELECT json_group_array(value) FROM json_each(parameters, '$.identities')
                WHERE value IS NOT ?))
            WHERE gallery_row = ? AND instr(parameters, json_quote(?)) > 0 AND json_valid(parameters)
                AND json_type(parameters, '$.identities') = 'array'
            """, [name, .integer(gallery.row), name])
    }

    /// With an identity that is known by another name from now on, its own or that of the one it went into:
    /// faces that were set aside lie near to that one, unless it has them itself. The gallery's jobs forget
    /// the old name, as they do with a deletion.
    func rename(
        _ old: IdentityName, to new: IdentityName, in gallery: GalleryRow
    ) throws(GalleryError) {
        for column in ["nearest", "move_to"] {
            try connection.run(
                "UPDATE quarantine SET \(column) = ? WHERE gallery = ? AND \(column) = ?",
                [.text(new.text), .integer(gallery.row), .text(old.text)])
        }
        try forgetItself(new, try connection.identityRow(new, in: gallery))
        try eraseName(old, in: gallery)
    }

    /// Faces set aside lie near to another identity: those that have come to the one that they lay near to
    /// lie near to nobody.
    func forgetItself(_ identity: IdentityName, _ row: Int64) throws(GalleryError) {
        let name = SQLiteValue.text(identity.text)
        try connection.run(
            """
            UPDATE quarantine SET nearest_angle = iif(nearest = ?, NULL, nearest_angle),
                nearest = nullif(nearest, ?), move_to = nullif(move_to, ?)
            WHERE identity = ? AND (nearest = ? OR move_to = ?)
            """, [name, name, name, .integer(row), name, name])
    }

    /// Before a gallery goes: the lists of identities in its jobs' parameters. Those in its reports, which
    /// are long, go with its rows (`eraseReport`), and are not shown any more.
    func eraseNames(of gallery: Int64) throws(GalleryError) {
        try connection.run(
            """
            UPDATE jobs SET parameters = json_remove(parameters, '$.identities')
            WHERE gallery_row = ? AND json_valid(parameters)
            """, [.integer(gallery)])
    }
}

extension SQLiteConnection {
    /// Takes the lists of identities out of one report of a gallery that goes; its totals stay.
    ///
    /// - Parameter job: the row after which it is looked for.
    /// - Returns: its row; nil where there is no report any more that has such lists.
    func eraseReport(of gallery: Int64, after job: Int64) throws(GalleryError) -> Int64? {
        let next = try first(
            """
            SELECT id FROM jobs WHERE gallery_row = ? AND id > ? AND iif(json_valid(report),
                coalesce(json_type(report, '$.per_identity'), json_type(report, '$.possible_duplicates')), NULL)
                IS NOT NULL
            ORDER BY id LIMIT 1
            """, [.integer(gallery), .integer(job)]
        ) { $0.integer(0) }
        guard let next else { return nil }
        try run(
            """
            UPDATE jobs SET report = json_remove(report, '$.per_identity', '$.possible_duplicates')
            WHERE id = ?
            """, [.integer(next)])
        return next
    }
}

/// A job's report as it is shown: without identities that its gallery does not have any more, and without
/// those that have got such a one's name since.
///
/// Reports are megabytes where galleries are large, and name everybody: rewriting all of them with every
/// deletion would hold up all other writes.
enum ReportColumn {
    static let text = """
        iif(json_valid(report), json_replace(report,
            '$.per_identity', (
                SELECT json_group_array(json(e.value)) FROM json_each(jobs.report, '$.per_identity') e
                WHERE e.type = 'object' AND \(isThere("json_extract(e.value, '$.identity')"))),
            '$.possible_duplicates', (
                SELECT json_group_array(json(e.value)) FROM json_each(jobs.report, '$.possible_duplicates') e
                WHERE e.type = 'object' AND \(isThere("json_extract(e.value, '$.identities[0]')"))
                    AND \(isThere("json_extract(e.value, '$.identities[1]')")))), report)
        """

    private static func isThere(_ name: String) -> String {
        """
        EXISTS (SELECT 1 FROM identities i JOIN galleries g ON g.id = i.gallery
            WHERE g.id = jobs.gallery_row AND g.deleted_at IS NULL AND i.name = \(name)
                AND coalesce(i.named_at, i.created_at) <= coalesce(jobs.started_at, jobs.finished_at, \(Int64.max)))
        """
    }
}

/// An erasure reaches the names that jobs and quarantines have of identities.
extension WriteContext {
    /// After an identity went: its name in the gallery's jobs, and as the one that a face set aside lies near to.
    func eraseName(_ identity: IdentityName, in gallery: GalleryRow) throws(GalleryError) {
        let name = SQLiteValue.text(identity.text)
        try connection.run(
            """
            UPDATE quarantine SET nearest_angle = iif(nearest = ?, NULL, nearest_angle), nearest = nullif(nearest, ?),
                move_to = nullif(move_to, ?)
            WHERE gallery = ? AND (nearest = ? OR move_to = ?)
            """, [name, name, name, .integer(gallery.row), name, name])
        let jobs = try connection.rows(
            """
            SELECT id FROM jobs WHERE gallery_row = ?
                AND (instr(parameters, json_quote(?)) > 0 OR instr(report, json_quote(?)) > 0)
            """, [.integer(gallery.row), name, name]
        ) { $0.integer(0) }
        for job in jobs { try eraseMissingNames(ofJob: job) }
    }

    /// Before a gallery goes: the lists of identities in its jobs, whose totals stay.
    func eraseNames(of gallery: Int64) throws(GalleryError) {
        try connection.run(
            """
            UPDATE jobs SET parameters = json_remove(parameters, '$.identities')
            WHERE gallery_row = ? AND json_valid(parameters)
            """, [.integer(gallery)])
        try connection.run(
            """
            UPDATE jobs SET report = json_remove(report, '$.per_identity', '$.possible_duplicates')
            WHERE gallery_row = ? AND json_valid(report)
            """, [.integer(gallery)])
    }

    /// Takes identities that the job's gallery does not have out of its parameters and report. What something garbled stays as it is: it
    /// must not keep anybody from being deleted.
    func eraseMissingNames(ofJob row: Int64) throws(GalleryError) {
        try connection.run(
            """
            UPDATE jobs SET parameters = json_set(parameters, '$.identities', (
                SELECT json_group_array(value) FROM json_each(parameters, '$.identities') WHERE \(Self.exists("value"))))
            WHERE id = ? AND json_valid(parameters) AND json_type(parameters, '$.identities') = 'array'
            """, [.integer(row)])
        try connection.run(
            """
            UPDATE jobs SET report = json_set(report, '$.per_identity', (
                SELECT json_group_array(json(value)) FROM json_each(report, '$.per_identity')
                WHERE \(Self.exists("json_extract(value, '$.identity')"))))
            WHERE id = ? AND json_valid(report) AND json_type(report, '$.per_identity') = 'array'
            """, [.integer(row)])
        try connection.run(
            """
            UPDATE jobs SET report = json_set(report, '$.possible_duplicates', (
                SELECT json_group_array(json(value)) FROM json_each(report, '$.possible_duplicates')
                WHERE \(Self.exists("json_extract(value, '$.identities[0]')"))
                    AND \(Self.exists("json_extract(value, '$.identities[1]')"))))
            WHERE id = ? AND json_valid(report) AND json_type(report, '$.possible_duplicates') = 'array'
            """, [.integer(row)])
    }

    private static func exists(_ name: String) -> String {
        "EXISTS (SELECT 1 FROM identities i WHERE i.gallery = jobs.gallery_row AND i.name = \(name))"
    }
}

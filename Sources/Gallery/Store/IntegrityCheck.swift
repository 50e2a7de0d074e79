/// Holds the database against SQLite's rules, ours, and the index in memory. Writes nothing.
struct IntegrityCheck {
    let connection: SQLiteConnection
    let live: LiveGalleries

    func run() throws(GalleryError) -> IntegrityReport {
        var problems = try connection.rows("PRAGMA integrity_check(20)") { $0.text(0) }.filter { $0 != "ok" }
        problems += try connection.rows("PRAGMA foreign_key_check") { row in
            "row \(row.integer(1)) of table \(row.text(0)) refers to a row of \(row.text(2)) that is not there"
        }
        let missing = try SchemaCheck(connection: connection).problems()
        // What follows reads all of them.
        if !missing.isEmpty { return IntegrityReport(problems: problems + missing) }
        problems += try texts()
        let galleries = try connection.galleryRows()
        var damaged = DamagedEmbeddings()
        for gallery in galleries { try addEmbeddings(of: gallery, to: &damaged) }
        problems += damaged.sentences
        for gallery in galleries { problems += try index(of: gallery) }
        let faces = try connection.first("SELECT count(*) FROM faces") { $0.count(0) } ?? 0
        return IntegrityReport(
            galleries: galleries.count, faces: faces, problems: problems, damagedEmbeddings: damaged)
    }

    /// A text that is no JSON makes every answer fail that shows it.
    private func texts() throws(GalleryError) -> [String] {
        let galleries = try noObjects("metadata", in: "galleries", "name", "NULL") {
            "metadata of gallery \($0.text(0))"
        }
        let identities = try noObjects(
            "t.metadata", in: "identities AS t JOIN galleries AS g ON g.id = t.gallery", "t.name", "g.name"
        ) { "metadata of identity \($0.text(0)) in gallery \($0.text(1))" }
        let faces = try noObjects(
            "t.metadata", in: "faces AS t JOIN galleries AS g ON g.id = t.gallery", "face_id", "g.name"
        ) { row throws(GalleryError) in
            "metadata of face \(try row.id(0) as FaceID) in gallery \(row.text(1))"
        }
        var jobs: [String] = []
        for column in ["parameters", "report", "summary"] {
            jobs += try noObjects(column, in: "jobs", "job_id", "NULL") { row throws(GalleryError) in
                "\(column) of job \(try row.id(0) as JobID)"
            }
        }
        return (galleries + identities + faces + jobs).map { "not a JSON object: the \($0)" }
    }

    /// Those of the rows whose text is no JSON object; NULL is no text.
    private func noObjects(
        _ column: String, in rows: String, _ first: String, _ second: String,
        _ owner: (Row) throws(GalleryError) -> String
    ) throws(GalleryError) -> [String] {
        try connection.rows(
            """
            SELECT \(first), \(second) FROM \(rows)
            WHERE \(column) IS NOT NULL
                AND CASE WHEN json_valid(\(column)) THEN json_type(\(column)) <> 'object' ELSE 1 END
            """, [], owner)
    }

    private func addEmbeddings(
        of gallery: GalleryRow, to damaged: inout DamagedEmbeddings
    ) throws(GalleryError) {
        try connection.each(
            """
            SELECT f.face_id, f.embedding, i.name, EXISTS (SELECT 1 FROM quarantine q WHERE q.face = f.id)
            FROM faces f LEFT JOIN identities i ON i.id = f.identity WHERE f.gallery = ? ORDER BY f.id
            """, [.integer(gallery.row)]
        ) { row throws(GalleryError) in
            if case .failure(let fault) = row.unitVector(1, dimension: gallery.model.dimension) {
                damaged.add(
                    DamagedEmbedding(
                        gallery: gallery.name, identity: IdentityName(stored: row.text(2)),
                        face: try row.id(0),
                        isQuarantined: row.integer(3) != 0, fault: fault))
            }
            return true
        }
    }

    private func index(of gallery: GalleryRow) throws(GalleryError) -> [String] {
        guard let live = live.find(gallery.name) else {
            return [
                "the search index of \(gallery.name) was dropped, as a write could not be brought into it"
            ]
        }
        var problems: [String] = []
        var count = 0
        func differs(_ face: FaceID) {
            problems.append("face \(face) of gallery \(gallery.name) is not in the search index as stored")
        }
        try IndexLoader(connection: connection).eachBatch(of: gallery, after: 0) { batch in
            count += batch.faces.count
            for face in batch.faces where !live.contains(face) { differs(face.id) }
            // Enrolled sound and damaged since.
            for (row, embedding) in batch.damaged where live.contains(row: row) {
                count += 1
                differs(embedding.face)
            }
        }
        if live.count != count {
            problems.append("the search index of \(gallery.name) holds \(live.count) faces and not \(count)")
        }
        return problems
    }
}

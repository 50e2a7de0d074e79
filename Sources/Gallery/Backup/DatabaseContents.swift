/// How much is in a database, of whichever version.
struct DatabaseContents {
    let galleries: Int
    let identities: Int
    /// All faces, those in quarantine included.
    let faces: Int

    init(of connection: SQLiteConnection) throws(GalleryError) {
        // A database that was killed before its first step has no tables.
        guard try connection.hasTable("galleries") else {
            (galleries, identities, faces) = (0, 0, 0)
            return
        }
        let hides = try connection.hasColumn("deleted_at", in: "galleries")
        let seen = "FROM galleries" + (hides ? " WHERE deleted_at IS NULL" : "")
        galleries = try connection.count("SELECT count(*) \(seen)")
        identities = try connection.count(
            "SELECT count(*) FROM identities WHERE gallery IN (SELECT id \(seen))")
        faces = try connection.count("SELECT count(*) FROM faces WHERE gallery IN (SELECT id \(seen))")
    }
}

extension SQLiteConnection {
    func hasTable(_ name: String) throws(GalleryError) -> Bool {
        try count("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?", [.text(name)]) > 0
    }

    fileprivate func hasColumn(_ name: String, in table: String) throws(GalleryError) -> Bool {
        try count(
            "SELECT count(*) FROM pragma_table_info(?) WHERE name = ?", [.text(table), .text(name)]) > 0
    }

    fileprivate func count(_ sql: String, _ values: [SQLiteValue] = []) throws(GalleryError) -> Int {
        try first(sql, values) { $0.count(0) } ?? 0
    }
}

import Encodings

/// Brings a database's schema up to date, step by step, and refuses one that it does not understand.
struct Migrator {
    let connection: SQLiteConnection
    let path: String

    /// How many steps the database has, after holding each to ours of the same number.
    ///
    /// - Throws: `databaseRefused` when it has a step that we don't know or know otherwise. Reads only.
    func appliedCount() throws(GalleryError) -> Int {
        guard try connection.hasTable("migrations") else { return 0 }
        let applied = try connection.rows("SELECT number, name, checksum FROM migrations ORDER BY number") {
            row in
            (number: row.count(0), name: row.text(1), checksum: row.text(2))
        }
        for (index, step) in applied.enumerated() {
            guard step.number <= Migration.all.count else {
                throw .databaseRefused(
                    path: path, .newerSchema(found: applied.last?.number ?? 0, known: Migration.all.count))
            }
            let known = Migration.all[index]
            guard step.number == known.number, step.name == known.name, known.accepts(checksum: step.checksum)
            else {
                throw .databaseRefused(path: path, .migrationChanged(number: step.number, name: step.name))
            }
        }
        return applied.count
    }

    /// Applies what is missing, each step in a transaction of its own with its record.
    func migrate(now: Timestamp) throws(GalleryError) {
        try connection.run(
            """
            CREATE TABLE IF NOT EXISTS migrations (
                number INTEGER PRIMARY KEY,
                name TEXT NOT NULL,
                checksum TEXT NOT NULL,
                applied_at INTEGER NOT NULL
            ) STRICT
            """)
        for step in Migration.all.dropFirst(try appliedCount()) {
            try connection.transaction { () throws(GalleryError) in
                try connection.execute(script: step.sql)
                try connection.run(
                    "INSERT INTO migrations (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
                    [.integer(Int64(step.number)), .text(step.name), .text(step.checksum), .time(now)])
            }
        }
    }
}

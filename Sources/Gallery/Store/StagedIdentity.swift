import Encodings

/// What all lines of an import say of an identity, gathered as a row of the staging file. It has the number
/// of the first of them.
struct StagedIdentity {
    static let schema = """
        CREATE TABLE identities (
            line INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, metadata TEXT, metadata_line INTEGER,
            created_at INTEGER, updated_at INTEGER);
        """

    private let metadata: String?
    private let metadataLine: Int
    private let createdAt: Int64?
    private let updatedAt: Int64?

    /// Adds what a line says; of times the first that is told counts.
    ///
    /// - Throws: `importRefused(identityMetadataDiffers)` where a line before says something else.
    static func note(
        _ stated: ImportedIdentity, line: Int, into connection: SQLiteConnection
    ) throws(GalleryError) {
        let given = StagedIdentity(stated, line: line)
        guard let known = try find(stated.name, in: connection) else {
            try connection.run(
                "INSERT INTO identities VALUES (?, ?, ?, ?, ?, ?)",
                [.integer(Int64(line)), .text(stated.name.text)] + given.values)
            return
        }
        // Bytes, as in names: Swift calls texts equal that are not.
        if let old = known.metadata, let new = given.metadata, !old.utf8.elementsEqual(new.utf8) {
            throw .importRefused(line: line, .identityMetadataDiffers(fromLine: known.metadataLine))
        }
        guard known.learns(from: given) else { return }
        try connection.run(
            """
            UPDATE identities SET metadata = coalesce(metadata, ?), metadata_line = coalesce(metadata_line, ?),
                created_at = coalesce(created_at, ?), updated_at = coalesce(updated_at, ?) WHERE name = ?
            """, given.values + [.text(stated.name.text)])
    }

    /// The identities that were first named in some lines, in their order, each with all that the import says
    /// of it.
    static func each(
        _ connection: SQLiteConnection, _ lines: Range<Int>,
        _ body: (ImportedIdentity) throws(GalleryError) -> Void
    ) throws(GalleryError) {
        try connection.each(
            """
            SELECT name, metadata, created_at, updated_at FROM identities WHERE line >= ? AND line < ? ORDER BY line
            """, [.integer(Int64(lines.lowerBound)), .integer(Int64(lines.upperBound))]
        ) { row throws(GalleryError) in
            try body(
                ImportedIdentity(
                    name: IdentityName(stored: row.text(0)),
                    metadata: row.optionalText(1).map(JSONObjectText.init(stored:)),
                    createdAt: row.optionalTime(2), updatedAt: row.optionalTime(3)))
            return true
        }
    }

    private init(_ stated: ImportedIdentity, line: Int) {
        // Exports write `{}` where there is none, so it says no more than nothing.
        metadata = stated.metadata.flatMap { $0.isEmpty ? nil : $0.text }
        metadataLine = line
        createdAt = stated.createdAt?.milliseconds
        updatedAt = stated.updatedAt?.milliseconds
    }

    private init(_ row: Row) {
        metadata = row.optionalText(0)
        metadataLine = row.count(1)
        createdAt = row.optionalInteger(2)
        updatedAt = row.optionalInteger(3)
    }

    private static func find(
        _ name: IdentityName, in connection: SQLiteConnection
    ) throws(GalleryError) -> StagedIdentity? {
        try connection.first(
            "SELECT metadata, metadata_line, created_at, updated_at FROM identities WHERE name = ?",
            [.text(name.text)], StagedIdentity.init)
    }

    private var values: [SQLiteValue] {
        [
            .optional(metadata), .optional(metadata.map { _ in Int64(metadataLine) }), .optional(createdAt),
            .optional(updatedAt),
        ]
    }

    private func learns(from given: StagedIdentity) -> Bool {
        (metadata == nil && given.metadata != nil) || (createdAt == nil && given.createdAt != nil)
            || (updatedAt == nil && given.updatedAt != nil)
    }
}

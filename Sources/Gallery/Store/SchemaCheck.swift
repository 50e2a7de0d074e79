import Encodings

/// Holds the tables, columns and indexes of a database against those that its migrations make. Writes
/// nothing.
///
/// SQLite finds nothing wrong with a database of which a table was dropped. Texts of statements are not
/// compared: versions of SQLite write those of altered tables in different ways.
struct SchemaCheck {
    let connection: SQLiteConnection

    /// A sentence for each that is missing.
    func problems() throws(GalleryError) -> [String] {
        let made = try connection.emptyNeighbour()
        try Migrator(connection: made, path: "").migrate(now: Timestamp(milliseconds: 0))
        let objects = try Self.missing(Self.objects(of: connection), of: Self.objects(of: made))
        let tables = Set(try Self.objects(of: connection).map(\.name))
        let columns = try Self.columns(of: made).filter { tables.contains($0.table) }
        return objects.map { "\($0.kind) \($0.name) is missing" }
            + (try Self.missing(Self.columns(of: connection), of: columns))
            .map { "column \($0.name) of table \($0.table) is missing" }
    }

    private struct Object: Hashable { let kind, name: String }
    private struct Column: Hashable { let table, name: String }

    private static func missing<Part: Hashable>(_ found: [Part], of all: [Part]) -> [Part] {
        let found = Set(found)
        return all.filter { !found.contains($0) }
    }

    private static func objects(of database: SQLiteConnection) throws(GalleryError) -> [Object] {
        try database.rows(
            "SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type DESC, name"
        ) { Object(kind: $0.text(0), name: $0.text(1)) }
    }

    private static func columns(of database: SQLiteConnection) throws(GalleryError) -> [Column] {
        try database.rows(
            """
            SELECT s.name, c.name FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS c
            WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite_%' ORDER BY s.name, c.cid
            """
        ) { Column(table: $0.text(0), name: $0.text(1)) }
    }
}

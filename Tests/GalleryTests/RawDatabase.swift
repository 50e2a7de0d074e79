import CSQLite

/// A SQLite file as an outsider sees and changes it.
final class RawDatabase {
    struct Failure: Error { let message: String }

    private var connection: OpaquePointer?

    init(_ path: String) throws {
        guard sqlite3_open(path, &connection) == SQLITE_OK else { throw failure }
    }

    deinit { close() }

    func close() {
        sqlite3_close(connection)
        connection = nil
    }

    func execute(_ script: String) throws {
        guard sqlite3_exec(connection, script, nil, nil, nil) == SQLITE_OK else { throw failure }
    }

    /// A column of the first row.
    func text(_ sql: String, column: Int32 = 0) throws -> String? {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK else { throw failure }
        defer { sqlite3_finalize(statement) }
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return sqlite3_column_text(statement, column).map { String(cString: $0) }
        case SQLITE_DONE: return nil
        default: throw failure
        }
    }

    private var failure: Failure { Failure(message: String(cString: sqlite3_errmsg(connection))) }
}

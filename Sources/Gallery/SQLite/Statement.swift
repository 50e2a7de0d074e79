import CSQLite

/// A compiled statement. It belongs to its connection and is used where that one is.
final class Statement {
    private let pointer: OpaquePointer
    private let connection: OpaquePointer
    /// Whether a query stands on one of its rows; a second one of the same text needs its own statement.
    private(set) var isBusy = false

    init(_ sql: String, on connection: OpaquePointer) throws(GalleryError) {
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let pointer else { throw .database(SQLiteError(connection, sql: sql)) }
        self.pointer = pointer
        self.connection = connection
    }

    deinit { sqlite3_finalize(pointer) }

    /// Binds `values` and calls `body` with each row until it answers false.
    func run(
        _ values: [SQLiteValue], _ body: (Row) throws(GalleryError) -> Bool = { (_: Row) in true }
    ) throws(GalleryError) {
        precondition(values.count == Int(sqlite3_bind_parameter_count(pointer)), "one value a placeholder")
        isBusy = true
        defer {
            // The code repeats the step's, which was thrown.
            _ = sqlite3_reset(pointer)
            _ = sqlite3_clear_bindings(pointer)
            isBusy = false
        }
        for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1)) }
        while try step(), try body(Row(statement: pointer)) {}
    }

    private func step() throws(GalleryError) -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure
        }
    }

    private func bind(_ value: SQLiteValue, at index: Int32) throws(GalleryError) {
        let code =
            switch value {
            case .null: sqlite3_bind_null(pointer, index)
            case .integer(let number): sqlite3_bind_int64(pointer, index, number)
            case .real(let number): sqlite3_bind_double(pointer, index, number)
            case .text(let text): bind(text, at: index)
            case .blob(let bytes): bind(bytes, at: index)
            }
        guard code == SQLITE_OK else { throw failure }
    }

    private func bind(_ text: String, at index: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                csqlite_bind_text(pointer, index, $0.baseAddress, sqlite3_uint64($0.count))
            }
        }
    }

    // An empty array has no address, and SQLite takes that for NULL.
    private func bind(_ bytes: [UInt8], at index: Int32) -> Int32 {
        guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(pointer, index, 0) }
        return bytes.withUnsafeBytes {
            csqlite_bind_blob(pointer, index, $0.baseAddress, sqlite3_uint64($0.count))
        }
    }

    private var failure: GalleryError {
        .database(SQLiteError(connection, sql: sqlite3_sql(pointer).map { String(cString: $0) }))
    }
}

extension SQLiteError {
    /// What the connection's last call answered.
    init(_ connection: OpaquePointer?, sql: String?) {
        extendedCode = sqlite3_extended_errcode(connection)
        code = extendedCode & 0xFF
        message = String(cString: sqlite3_errmsg(connection))
        self.sql = sql
        // The connection notes what a statement fails at within its steps; a commit that fails leaves that
        // note as it was, and what could not be written stands with the file only.
        let ofFile = isFailedWrite && connection != nil ? csqlite_file_errno(connection) : 0
        systemError = ofFile != 0 ? ofFile : sqlite3_system_errno(connection)
    }
}

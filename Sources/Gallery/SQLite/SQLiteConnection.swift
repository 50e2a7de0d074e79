import CSQLite
import Dispatch

/// One connection to a SQLite file, confined to one serial queue: every call proves that it runs there.
///
/// Nothing outside this folder touches a `sqlite3` pointer.
final class SQLiteConnection {
    let pointer: OpaquePointer
    private let queue: DispatchQueue
    private var statements: [String: Statement] = [:]

    /// Opens the file at `path`, which must be there; an empty one is an empty database.
    convenience init(path: String, on queue: DispatchQueue) throws(GalleryError) {
        try self.init(name: Self.plain(path), on: queue)
    }

    /// Opens the file at `path`, which nobody changes meanwhile, for reading: without locks, a log or
    /// anything else beside it, so where nothing can be written, too.
    convenience init(unchanging path: String, on queue: DispatchQueue) throws(GalleryError) {
        // In the URI every byte but the slash may stand as a number.
        let digits = Array("0123456789ABCDEF")
        let escaped = Self.plain(path).utf8.map { byte in
            byte == UInt8(ascii: "/") ? "/" : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }.joined()
        try self.init(
            name: (path.hasPrefix("/") ? "file://" : "file:") + escaped + "?immutable=1", on: queue,
            SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
    }

    /// Opens what SQLite knows by this name.
    private init(
        name: String, on queue: DispatchQueue, _ mode: Int32 = SQLITE_OPEN_READWRITE
    ) throws(GalleryError) {
        dispatchPrecondition(condition: .onQueue(queue))
        // The queue is the mutex.
        let flags = mode | SQLITE_OPEN_NOMUTEX
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(name, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let error = SQLiteError(opened, sql: nil)
            sqlite3_close_v2(opened)
            throw .database(error)
        }
        sqlite3_extended_result_codes(opened, 1)
        pointer = opened
        self.queue = queue
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(pointer)
    }

    /// `file:` and `:memory:` mean something to SQLite; a path never does that begins like one.
    static func plain(_ path: String) -> String { path.hasPrefix("/") ? path : "./" + path }

    /// A connection to another file for work that needs both; it lives on the same queue.
    func neighbour(at path: String) throws(GalleryError) -> SQLiteConnection {
        try SQLiteConnection(path: path, on: queue)
    }

    /// A connection to an empty database in memory, on the same queue.
    func emptyNeighbour() throws(GalleryError) -> SQLiteConnection {
        try SQLiteConnection(name: ":memory:", on: queue)
    }

    /// Runs a script of several statements without values.
    func execute(script: String) throws(GalleryError) {
        dispatchPrecondition(condition: .onQueue(queue))
        guard sqlite3_exec(pointer, script, nil, nil, nil) == SQLITE_OK else {
            throw .database(SQLiteError(pointer, sql: nil))
        }
    }

    /// Runs one statement to its end and answers how many rows it changed (0 for a query).
    @discardableResult
    func run(_ sql: String, _ values: [SQLiteValue] = []) throws(GalleryError) -> Int {
        let before = sqlite3_total_changes64(pointer)
        try statement(sql).run(values)
        // Only an INSERT, UPDATE or DELETE sets `changes`; a query would repeat an older count.
        return sqlite3_total_changes64(pointer) == before ? 0 : Int(sqlite3_changes64(pointer))
    }

    /// Calls `body` with each row until it answers false.
    func each(
        _ sql: String, _ values: [SQLiteValue] = [], _ body: (Row) throws(GalleryError) -> Bool
    ) throws(GalleryError) {
        try statement(sql).run(values, body)
    }

    func rows<T>(
        _ sql: String, _ values: [SQLiteValue] = [], _ read: (Row) throws(GalleryError) -> T
    ) throws(GalleryError) -> [T] {
        var result: [T] = []
        try each(sql, values) { row throws(GalleryError) in
            result.append(try read(row))
            return true
        }
        return result
    }

    func first<T>(
        _ sql: String, _ values: [SQLiteValue] = [], _ read: (Row) throws(GalleryError) -> T
    ) throws(GalleryError) -> T? {
        var result: T?
        try each(sql, values) { row throws(GalleryError) in
            result = try read(row)
            return false
        }
        return result
    }

    /// The number of the row that was inserted last.
    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(pointer) }

    private func statement(_ sql: String) throws(GalleryError) -> Statement {
        dispatchPrecondition(condition: .onQueue(queue))
        if let known = statements[sql], !known.isBusy { return known }
        let made = try Statement(sql, on: pointer)
        statements[sql] = made
        return made
    }
}

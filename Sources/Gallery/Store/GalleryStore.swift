import Dispatch
import Files
import Locks
import Synchronization

/// The durable galleries: SQLite is the truth, a search index in memory the copy that answers.
///
/// One connection writes, a few read beside it (write-ahead log), searches touch memory only; each has a
/// queue of its own and none blocks the cooperative pool. A write returns after its commit reached the disk
/// (`synchronous=FULL`) and the index has it, or was dropped to be read anew; one that fails changes neither.
package final class GalleryStore: Sendable {
    let path: String
    /// Whether opening made the database.
    package let isNew: Bool
    /// The file that was opened.
    private let identity: FileStatus.Identity?
    /// Its write-ahead log, which stays as long as any connection does.
    private let log: FileStatus.Identity?
    let options: StoreOptions
    let live: LiveGalleries
    let transfers: TransferSlots
    /// Galleries that nobody sees and whose rows could not be taken away so far.
    let leftovers: Locked<Set<Int64>>
    let probe: WriteProbe
    // Before the connections, so that it goes after them.
    let lock: DatabaseLock
    let writer: ConnectionQueue
    private let readers: [ConnectionQueue]
    private let lanes: SearchLanes
    private let turn = Atomic<Int>(0)

    private init(_ parts: OpenedDatabase, path: String, options: StoreOptions) {
        self.path = path
        (isNew, identity, log) = (parts.isNew, parts.identity, parts.log)
        self.options = options
        live = parts.live
        probe = WriteProbe(clock: options.clock)
        leftovers = Locked(parts.leftovers)
        lock = parts.lock
        writer = parts.writer
        readers = parts.readers
        transfers = TransferSlots(limit: options.maximumTransfers)
        lanes = SearchLanes(count: options.concurrentSearches)
    }

    /// Opens or creates the database at `path`, brings its schema up to date and loads the search index.
    ///
    /// - Throws: `GalleryError.databaseRefused` when the file is in use, foreign, damaged or of a newer
    ///   schema; nothing on disk is changed then.
    package static func open(
        path: String, options: StoreOptions = .init(), progress: (@Sendable (LoadProgress) -> Void)? = nil
    ) async throws(GalleryError) -> GalleryStore {
        let parts = try await OpenedDatabase.open(path: path, options: options, progress: progress)
        return GalleryStore(parts, path: path, options: options)
    }

    /// Ends the work under way, folds the write-ahead log into the file and lets the file go. Every later
    /// call throws `GalleryError.closed`.
    package func close() async {
        for reader in readers { await reader.close() }
        await writer.close()
        lanes.close()
        lock.release()
    }

    /// Runs `body` on a reader, in one snapshot.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws(GalleryError) -> T
    ) async throws(GalleryError) -> T {
        let next = turn.wrappingAdd(1, ordering: .relaxed).oldValue & Int.max
        return try await readers[next % readers.count].perform { connection throws(GalleryError) in
            try connection.transaction(.read) { () throws(GalleryError) in try body(connection) }
        }
    }

    /// Runs `body` in one write transaction and brings the index up to it.
    func write<T: Sendable>(
        _ body: @escaping @Sendable (WriteContext) throws(GalleryError) -> T
    ) async throws(GalleryError) -> T {
        try await onWriter { connection throws(GalleryError) in try self.write(on: connection, body) }
    }

    /// Runs `body` on the writer's queue. Readiness does not wait for it.
    func onWriter<T: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws(GalleryError) -> T
    ) async throws(GalleryError) -> T {
        try await writer.perform { [probe] connection throws(GalleryError) in
            probe.writerIsTaken()
            defer { probe.writerIsFree() }
            return try body(connection)
        }
    }

    /// The same as `write`, on the writer's queue.
    ///
    /// What throws has changed nothing, and only that is tried again: once it is committed, a write is done.
    func write<T>(
        on connection: SQLiteConnection, _ body: (WriteContext) throws(GalleryError) -> T
    ) throws(GalleryError) -> T {
        let done: (result: T, changes: [IndexChange])
        do throws(GalleryError) {
            done = try commit(connection, body)
        } catch .database(let error) where error.isFull {
            connection.foldLog()
            done = try commit(connection, body)
        }
        for change in done.changes { apply(change, connection) }
        return done.result
    }

    private func commit<T>(
        _ connection: SQLiteConnection, _ body: (WriteContext) throws(GalleryError) -> T
    ) throws(GalleryError) -> (result: T, changes: [IndexChange]) {
        let context = WriteContext(connection: connection, now: options.now())
        let result = try connection.transaction { () throws(GalleryError) in
            let result = try body(context)
            // SQLite would go on writing to a file that nobody finds any more.
            guard isInPlace else { throw .databaseRefused(path: path, .replaced) }
            return result
        }
        return (result, context.changes)
    }

    /// Whether the file and its log are those that the connections have open.
    private var isInPlace: Bool {
        let file = DatabaseFile(path: path)
        return file.identity == identity && file.logIdentity == log
    }

    /// Runs `body`, which only reads memory, beside the other searches.
    func searching<T: Sendable>(
        _ body: @escaping @Sendable () throws(GalleryError) -> T
    ) async throws(GalleryError) -> T {
        try await lanes.run(body)
    }
}

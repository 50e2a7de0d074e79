import Files

/// The parts of a store, opened in the one order that works: lock, writer (which checks, migrates and loads
/// the index), readers.
struct OpenedDatabase: Sendable {
    let lock: DatabaseLock
    /// Whether there was none before.
    let isNew: Bool
    let identity: FileStatus.Identity?
    let log: FileStatus.Identity?
    let live: LiveGalleries
    /// Deleted galleries with rows that could not be taken away.
    let leftovers: Set<Int64>
    let writer: ConnectionQueue
    let readers: [ConnectionQueue]

    static func open(
        path: String, options: StoreOptions, progress: (@Sendable (LoadProgress) -> Void)?
    ) async throws(GalleryError) -> OpenedDatabase {
        let lock = try DatabaseLock(database: path)
        do throws(GalleryError) {
            let isNew = try DatabaseFile(path: path).state() == .fresh
            let writer = ConnectionQueue(label: "writer")
            let (live, leftovers) = try await writer.open { queue throws(GalleryError) in
                let opener = DatabaseOpener(file: DatabaseFile(path: path), options: options)
                let connection = try opener.open(on: queue)
                try connection.failInterruptedJobs(now: options.now())
                do throws(GalleryError) {
                    try connection.finishDeletions()
                } catch {
                    // Nobody sees those rows; that they take up room is no reason not to start.
                    options.report(error)
                }
                let live = try Self.load(from: connection, options, progress)
                return (connection, (live, Set(try connection.deletedGalleries())))
            }
            ImportStaging.removeLeftovers(of: path)
            RestoredCopy.removeLeftovers(of: path)
            let readers = try await openReaders(path, options)
            let file = DatabaseFile(path: path)
            return OpenedDatabase(
                lock: lock, isNew: isNew, identity: file.identity, log: file.logIdentity, live: live,
                leftovers: leftovers, writer: writer, readers: readers)
        } catch {
            lock.release()
            throw error
        }
    }

    private static func openReaders(_ path: String, _ options: StoreOptions) async throws(GalleryError)
        -> [ConnectionQueue]
    {
        var readers: [ConnectionQueue] = []
        for number in 0..<min(max(options.readers, 1), 16) {
            readers.append(try await ConnectionQueue.reader(path, options, label: "reader\(number)"))
        }
        return readers
    }

    private static func load(
        from connection: SQLiteConnection, _ options: StoreOptions,
        _ progress: (@Sendable (LoadProgress) -> Void)?
    ) throws(GalleryError) -> LiveGalleries {
        let total =
            try connection.first("SELECT (SELECT count(*) FROM faces) - (SELECT count(*) FROM quarantine)") {
                $0.count(0)
            } ?? 0
        let live = LiveGalleries()
        var (loaded, damaged) = (0, DamagedEmbeddings())
        for row in try connection.galleryRows() {
            let gallery = LiveGallery(row, threads: options.searchThreads)
            try IndexLoader(connection: connection).load(gallery, leavingOut: &damaged) { count in
                loaded += count
                progress?(LoadProgress(loadedFaces: loaded, totalFaces: total))
            }
            live.add(gallery)
        }
        guard damaged.count == 0 || options.leavesOutDamaged else { throw .embeddingsDamaged(damaged) }
        return live
    }
}

extension ConnectionQueue {
    /// A connection of its own to a database that is open already, for reading only.
    static func reader(
        _ path: String, _ options: StoreOptions, label: String
    ) async throws(GalleryError) -> ConnectionQueue {
        let reader = ConnectionQueue(label: label)
        try await reader.open { queue throws(GalleryError) in
            let connection = try SQLiteConnection(path: path, on: queue)
            try connection.harden(busyTimeoutMilliseconds: options.busyTimeoutMilliseconds)
            try connection.makeReadOnly()
            return (connection, ())
        }
        return reader
    }
}

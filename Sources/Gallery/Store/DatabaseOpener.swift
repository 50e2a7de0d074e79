import Dispatch

/// Opens the database for its writer: looks first, changes later.
struct DatabaseOpener {
    /// Three 512-float faces a page; at SQLite's own 4096 one would fit, and half of each page be waste.
    private static let pageSize = 8192
    /// What the write-ahead log shrinks to after a large import.
    private static let logLimit = 64 << 20
    /// Pages that the writer keeps, in KiB. With SQLite's own 2 MiB the indexes of a large import are written
    /// over and over, since ids fall on them at random.
    private static let cacheSize = 64 << 10

    let file: DatabaseFile
    let options: StoreOptions

    /// - Throws: `databaseRefused` when the file can't serve; it is as it was then.
    func open(on queue: DispatchQueue) throws(GalleryError) -> SQLiteConnection {
        let isFresh = try file.state() == .fresh
        if isFresh {
            guard !file.hasLog else { throw .databaseRefused(path: file.path, .lostBesideLog) }
            try file.create()
        }
        let connection = try file.refusing { () throws(GalleryError) in
            try prepared(on: queue, isFresh: isFresh)
        }
        try configure(connection)
        let migrator = Migrator(connection: connection, path: file.path)
        let steps = try migrator.appliedCount()
        try migrator.migrate(now: options.now())
        if (1..<Migration.all.count).contains(steps) { options.migrated(steps, Migration.all.count) }
        return connection
    }

    /// A connection beside those of the process that has the database open.
    ///
    /// `nil` where there is no database yet, or one that has to be brought up to date first. Nothing was
    /// changed then.
    func openBeside(on queue: DispatchQueue) throws(GalleryError) -> SQLiteConnection? {
        guard try file.state() == .ours else { return nil }
        return try file.refusing { () throws(GalleryError) in
            let connection = try SQLiteConnection(path: file.path, on: queue)
            try requireWritable(connection)
            try connection.harden(busyTimeoutMilliseconds: options.busyTimeoutMilliseconds)
            try connection.setCheckpointsOnClose(false)
            let applied = try Migrator(connection: connection, path: file.path).appliedCount()
            guard applied == Migration.all.count else { return nil }
            try connection.setCheckpointsOnClose(true)
            return connection
        }
    }

    private func requireWritable(_ connection: SQLiteConnection) throws(GalleryError) {
        guard !connection.isReadOnly else {
            throw .databaseRefused(path: file.path, .inaccessible("it can't be written", errno: nil))
        }
    }

    private func prepared(on queue: DispatchQueue, isFresh: Bool) throws(GalleryError) -> SQLiteConnection {
        let hadLog = file.hasLog
        let connection = try SQLiteConnection(path: file.path, on: queue)
        try requireWritable(connection)
        try connection.harden(busyTimeoutMilliseconds: options.busyTimeoutMilliseconds)
        if isFresh {
            // The id comes before the log: from the first byte on, the file says whose it is.
            try connection.execute(
                script: """
                    PRAGMA page_size = \(Self.pageSize);
                    PRAGMA application_id = \(DatabaseFile.applicationID);
                    """)
        } else {
            // Should the file be refused, closing it must not fold the log of a killed process into it.
            try connection.setCheckpointsOnClose(!hadLog)
            try inspect(connection)
            try connection.setCheckpointsOnClose(true)
        }
        return connection
    }

    /// Reads only.
    private func inspect(_ connection: SQLiteConnection) throws(GalleryError) {
        _ = try Migrator(connection: connection, path: file.path).appliedCount()
        let finding = try connection.first("PRAGMA quick_check(1)") { $0.text(0) }
        if let finding, finding != "ok" { throw .databaseRefused(path: file.path, .damaged(finding)) }
    }

    private func configure(_ connection: SQLiteConnection) throws(GalleryError) {
        let mode = try connection.first("PRAGMA journal_mode = WAL") { $0.text(0) }
        guard mode == "wal" else {
            throw .databaseRefused(
                path: file.path, .inaccessible("its folder takes no write-ahead log", errno: nil))
        }
        try connection.execute(
            script: "PRAGMA journal_size_limit = \(Self.logLimit); PRAGMA cache_size = -\(Self.cacheSize)")
        guard let bytes = options.maximumBytes else { return }
        let pageSize = try connection.first("PRAGMA page_size") { $0.count(0) } ?? Self.pageSize
        try connection.execute(script: "PRAGMA max_page_count = \(max(1, bytes / pageSize))")
    }
}

import Locks

extension GalleryStore {
    /// How long a successful write vouches for the next: readiness may be asked by anyone, often.
    private static let writeMemory: Duration = .seconds(2)

    /// Commits a small write, unless one went well in the last two seconds.
    ///
    /// - Throws: What keeps the database from taking writes: a full disk, a read-only file.
    package func checkWritable() async throws(GalleryError) {
        let now = ContinuousClock.now
        if let last = lastWrite.withLock({ $0 }), now - last < Self.writeMemory { return }
        try await write { context throws(GalleryError) in
            _ = try context.connection.run(
                """
                INSERT INTO write_probe (id, written_at) VALUES (1, ?)
                ON CONFLICT (id) DO UPDATE SET written_at = excluded.written_at
                """, [.time(context.now)])
        }
        lastWrite.withLock { $0 = now }
    }

    /// Goes through everything: SQLite's own checks, every reference, every embedding, and whether the index
    /// holds exactly the faces that it should. Writes wait meanwhile.
    package func check() async throws(GalleryError) -> IntegrityReport {
        let live = live
        return try await writer.perform { connection throws(GalleryError) in
            try connection.transaction(.read) { () throws(GalleryError) in
                try IntegrityCheck(connection: connection, live: live).run()
            }
        }
    }
}

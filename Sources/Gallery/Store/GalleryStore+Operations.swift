extension GalleryStore {
    /// Commits a small write, unless one was tried in the last two seconds or the writer is at other work:
    /// then the last finding counts.
    ///
    /// - Throws: What keeps the database from taking writes: a full disk, a read-only file.
    package func checkWritable() async throws(GalleryError) {
        try await probe.check { () throws(GalleryError) in
            try await self.writer.perform { connection throws(GalleryError) in
                try self.write(on: connection) { context throws(GalleryError) in
                    _ = try context.connection.run(
                        """
                        INSERT INTO write_probe (id, written_at) VALUES (1, ?)
                        ON CONFLICT (id) DO UPDATE SET written_at = excluded.written_at
                        """, [.time(context.now)])
                }
            }
        }
    }

    /// Goes through everything: SQLite's own checks, every reference, every embedding, and whether the index
    /// holds exactly the faces that it should. Writes wait meanwhile.
    package func check() async throws(GalleryError) -> IntegrityReport {
        let live = live
        return try await onWriter { connection throws(GalleryError) in
            try connection.transaction(.read) { () throws(GalleryError) in
                try IntegrityCheck(connection: connection, live: live).run()
            }
        }
    }
}

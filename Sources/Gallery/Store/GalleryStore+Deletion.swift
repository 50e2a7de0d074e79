extension GalleryStore {
    /// Faces that go in one transaction: a few milliseconds, in which other writes wait.
    private static let facesAtATime = 500

    /// Deletes the gallery with all that is in it.
    ///
    /// It is gone for everybody, whole and for good, with the first commit; its rows then go some at a time, so that
    /// other writes take their turn in between. Returns when nothing of it is left on the disk; what a crash or a full disk
    /// leaves goes at the next start.
    ///
    /// - Throws: `galleryNotFound`.
    package func deleteGallery(_ name: GalleryName) async throws(GalleryError) {
        let row = try await write { context throws(GalleryError) in
            let row = try context.connection.galleryRow(name).row
            // The slash keeps it apart from every name that a gallery can be given.
            try context.connection.run(
                "UPDATE galleries SET name = 'deleted/' || id, deleted_at = ? WHERE id = ?",
                [.time(context.now), .integer(row)])
            context.note(.removeGallery(name))
            return row
        }
        do throws(GalleryError) {
            while try await deleteSomeFaces(of: row) {}
            _ = try await write { context throws(GalleryError) in
                try context.connection.run("DELETE FROM galleries WHERE id = ?", [.integer(row)])
            }
        } catch {
            // The deletion itself was answered for by the first commit.
        }
    }

    /// Whether there may be more.
    private func deleteSomeFaces(of gallery: Int64) async throws(GalleryError) -> Bool {
        try await write { context throws(GalleryError) in
            try context.connection.run(
                "DELETE FROM faces WHERE id IN (SELECT id FROM faces WHERE gallery = ? LIMIT ?)",
                [.integer(gallery), .integer(Int64(Self.facesAtATime))]) > 0
        }
    }
}

extension SQLiteConnection {
    /// At start: the rows of galleries that were deleted.
    func finishDeletions() throws(GalleryError) {
        try run("DELETE FROM galleries WHERE deleted_at IS NOT NULL")
    }
}

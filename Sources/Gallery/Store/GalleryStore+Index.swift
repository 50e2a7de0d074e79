extension GalleryStore {
    /// The gallery's index, read anew where a write could not bring it up to date.
    ///
    /// - Throws: `galleryNotFound`; what keeps the faces from being read.
    func index(of name: GalleryName) async throws(GalleryError) -> LiveGallery {
        if let index = live.find(name) { return index }
        // Not for a gallery that isn't there: that must not wait for the writes under way.
        _ = try live.row(of: name)
        return try await onWriter { connection throws(GalleryError) in
            // Of the searches that wait for it, the first has read it.
            if let index = self.live.find(name) { return index }
            return try self.load(connection.galleryRow(name), connection)
        }
    }

    /// Brings the index up to a write that is committed. On the writer's queue.
    ///
    /// It can't fail, since the write did not: an index that could not follow answers nobody before it was
    /// read anew.
    func apply(_ change: IndexChange, _ connection: SQLiteConnection) {
        switch change {
        case .addGallery(let row): live.add(LiveGallery(row, threads: options.searchThreads))
        case .removeGallery(let name): live.remove(name)
        case .replaceGallery(let row):
            follow(row) { () throws(GalleryError) in _ = try load(row, connection) }
        case .show(let gallery): live.add(gallery)
        case .insert(let faces, let gallery): live.find(gallery)?.insert(faces)
        case .remove(let rows, let gallery): live.find(gallery)?.remove(rows: rows)
        case .reassign(let rows, let row, let identity, let gallery):
            live.find(gallery)?.reassign(rows: rows, to: row, identity)
        case .rename(let row, let identity, let gallery):
            live.find(gallery)?.rename(identity: row, to: identity)
        case .forget(let identity, let gallery): live.find(gallery)?.forget(identity: identity)
        case .load(let row, let gallery):
            guard let index = live.find(gallery.name) else { return }
            follow(gallery) { () throws(GalleryError) in
                try IndexLoader(connection: connection).load(index, after: row)
            }
        }
    }

    private func follow(_ gallery: GalleryRow, _ body: () throws(GalleryError) -> Void) {
        do throws(GalleryError) {
            try body()
        } catch {
            live.expire(gallery)
            options.indexFailed(gallery.name, error)
        }
    }

    /// Reads all of a gallery and puts the index in the place of the one that there was.
    private func load(
        _ row: GalleryRow, _ connection: SQLiteConnection
    ) throws(GalleryError) -> LiveGallery {
        let gallery = LiveGallery(row, threads: options.searchThreads)
        try IndexLoader(connection: connection).load(gallery)
        live.add(gallery)
        return gallery
    }
}

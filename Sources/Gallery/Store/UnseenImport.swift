/// An import into a gallery that has nothing in it yet, in transactions of few faces, between which other
/// writes take their turn.
///
/// The faces go into a gallery that nobody sees, and an index is made of them. Then the empty gallery's row
/// takes the number on which the faces hang: a transaction of some milliseconds. The hidden gallery counts as
/// deleted, so what a crash or a full disk leaves of it goes as a deleted gallery's rows do
/// (`GalleryStore.removeRows`).
struct UnseenImport {
    /// Lines of one transaction, most of them faces: some tens of milliseconds, in which other writes wait.
    static let facesAtATime = 500

    let store: GalleryStore
    /// As it was when the import began.
    let target: GalleryRow
    /// With lines from 1 to `count`.
    let staging: ImportStaging
    let count: Int

    /// Nil, with nothing done, where the gallery is not empty or does not stay so.
    ///
    /// - Throws: As `GalleryImport.commit()`; nothing of the import is there then, and the staged faces are
    ///   gone too.
    func run() async throws(GalleryError) -> ImportSummary? {
        guard let hidden = try await hiddenGallery() else { return nil }
        do throws(GalleryError) {
            let summary = try await fill(hidden)
            if try await show(try await index(of: hidden)) { return summary }
        } catch {
            // What is deleted is written to the log before room becomes free. On a disk that is full, that of
            // the staged faces is what there is.
            await staging.drop()
            await store.removeRows(of: hidden.row, isTight: error.isFull)
            throw error
        }
        await store.removeRows(of: hidden.row)
        return nil
    }

    /// A gallery like the target, under its name in what is told to callers only.
    private func hiddenGallery() async throws(GalleryError) -> GalleryRow? {
        try await store.write { context throws(GalleryError) in
            let parent = try store.live.present(target)
            try parent.require(target.model)
            guard try context.connection.isEmpty(parent) else { return nil }
            // The slash keeps it apart from every name that a gallery can be given.
            try context.connection.run(
                """
                INSERT INTO galleries (name, metadata, model_name, model_fingerprint, model_preprocessing, dimension,
                    created_at, updated_at, deleted_at)
                SELECT ?, '{}', model_name, model_fingerprint, model_preprocessing, dimension, ?2, ?2, ?2
                FROM galleries WHERE id = ?
                """, [.text("import/" + FaceID.random().text), .time(context.now), .integer(parent.row)])
            return GalleryRow(
                row: context.connection.lastInsertedRow, name: parent.name, model: parent.model)
        }
    }

    private func fill(_ hidden: GalleryRow) async throws(GalleryError) -> ImportSummary {
        var summary = ImportSummary(faces: 0, identities: 0, duplicates: 0, completed: 0)
        for first in stride(from: 1, through: count, by: Self.facesAtATime) {
            let lines = first..<min(first + Self.facesAtATime, count + 1)
            let part = try await store.write { context throws(GalleryError) in
                try Importer(context: context, gallery: hidden, keepsCrops: store.options.keepsCrops)
                    .run(lines, from: context.connection.neighbour(at: staging.path))
            }
            summary = summary + part
        }
        return summary
    }

    /// What searches will see, made on a connection of its own: it holds up neither writes nor reads.
    private func index(of hidden: GalleryRow) async throws(GalleryError) -> LiveGallery {
        let index = LiveGallery(hidden, threads: store.options.searchThreads)
        let reader = try await store.snapshot(label: "import")
        try await reader.perform { connection throws(GalleryError) in
            try IndexLoader(connection: connection).load(index)
        }
        await reader.close()
        return index
    }

    /// False when the gallery has got something of its own meanwhile.
    private func show(_ index: LiveGallery) async throws(GalleryError) -> Bool {
        try await store.write { context throws(GalleryError) in
            let connection = context.connection
            let parent = try store.live.present(target)
            try parent.require(target.model)
            guard try connection.isEmpty(parent) else { return false }
            let (from, to) = (SQLiteValue.integer(parent.row), SQLiteValue.integer(index.gallery.row))
            // Between these two updates the faces hang on no row.
            try connection.run("PRAGMA defer_foreign_keys = ON")
            try connection.run("UPDATE galleries SET id = -id WHERE id = ?", [to])
            try connection.run("UPDATE galleries SET id = ? WHERE id = ?", [to, from])
            try connection.run("DELETE FROM galleries WHERE id = -?", [to])
            try connection.run("UPDATE jobs SET gallery_row = ? WHERE gallery_row = ?", [to, from])
            try connection.touch(index.gallery.row, context.now)
            context.note(.show(index))
            return true
        }
    }
}

extension SQLiteConnection {
    /// Whether there is no identity and so no face either.
    fileprivate func isEmpty(_ gallery: GalleryRow) throws(GalleryError) -> Bool {
        try first("SELECT 1 FROM identities WHERE gallery = ? LIMIT 1", [.integer(gallery.row)]) { _ in false
        }
            ?? true
    }
}

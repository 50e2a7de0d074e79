extension GalleryStore {
    /// A consistent snapshot of the gallery, to be read batch by batch.
    ///
    /// - Throws: `galleryNotFound`, `tooManyTransfers`.
    package func export(
        _ gallery: GalleryName, includingCrops crops: Bool = false
    ) async throws(GalleryError) -> GalleryExport {
        let slot = try transfers.take()
        let reader = try await snapshot(label: "export")
        let (row, record) = try await reader.perform { connection throws(GalleryError) in
            (try connection.galleryRow(gallery), try connection.galleryRecord(gallery))
        }
        return GalleryExport(reader: reader, row, record, crops: crops, slot: slot)
    }

    /// Starts an import; nothing is seen of it before its `commit()`.
    ///
    /// - Throws: `galleryNotFound`, `tooManyTransfers`.
    package func beginImport(into gallery: GalleryName) async throws(GalleryError) -> GalleryImport {
        let slot = try transfers.take()
        let (row, record) = try await read { connection throws(GalleryError) in
            (try connection.galleryRow(gallery), try connection.galleryRecord(gallery))
        }
        await removeLeftovers()
        let staging = try await ImportStaging.make(beside: path, options: options)
        return GalleryImport(store: self, row, record, staging: staging, slot: slot)
    }

    /// A reader whose view of the database stands still from now on.
    func snapshot(label: String) async throws(GalleryError) -> ConnectionQueue {
        // A closed store has let go of the file; it may be somebody else's.
        try await read { _ in }
        let reader = try await ConnectionQueue.reader(path, options, label: label)
        try await reader.perform { connection throws(GalleryError) in
            try connection.run(SQLiteConnection.TransactionKind.read.rawValue)
            // The first read takes the snapshot.
            _ = try connection.first("SELECT count(*) FROM migrations") { $0.integer(0) }
        }
        return reader
    }
}

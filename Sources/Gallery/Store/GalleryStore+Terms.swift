extension GalleryStore {
    /// What a search of a gallery goes by. Unlike `gallery(_:)` it counts nothing, so it costs the same
    /// however large the gallery is.
    ///
    /// - Throws: `galleryNotFound`.
    package func terms(of gallery: GalleryName) async throws(GalleryError) -> GalleryTerms {
        try await read { connection throws(GalleryError) in
            let row = try connection.galleryRow(gallery)
            let threshold = try connection.first(
                "SELECT threshold FROM galleries WHERE id = ?", [.integer(row.row)]
            ) { $0.optionalFloat(0) }
            return GalleryTerms(model: row.model, threshold: threshold ?? nil)
        }
    }
}

/// The durable galleries: SQLite is the truth, a search index in memory the copy that answers.
package final class GalleryStore: Sendable {
    init() { fatalError("api") }

    /// Opens or creates the database at `path`, brings its schema up to date and loads the search index.
    ///
    /// - Throws: `GalleryError.databaseRefused` when the file is in use, foreign, damaged or of a newer schema;
    ///   nothing on disk is changed then.
    package static func open(
        path: String, options: StoreOptions = .init(),
        progress: (@Sendable (LoadProgress) -> Void)? = nil
    ) async throws(GalleryError) -> GalleryStore { fatalError("api") }

    /// Ends the work under way, folds the write-ahead log into the file and lets the file go. Every later
    /// call throws `GalleryError.closed`.
    package func close() async { fatalError("api") }
}

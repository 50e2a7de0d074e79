package import Encodings

/// How a `GalleryStore` works.
package struct StoreOptions: Sendable {
    /// Keep the aligned crop of each face (personal data that the search does not need).
    package var keepsCrops = true
    /// Connections that read beside the writer; 1 to 16. Lists and exports are short reads, so two do.
    package var readers = 2
    /// Threads that one search may use.
    package var searchThreads = 1
    /// Searches that scan at the same time; the others wait.
    package var concurrentSearches = 2
    /// How long a statement waits for a lock of an outside tool (the `sqlite3` shell, a backup),
    /// milliseconds.
    package var busyTimeoutMilliseconds: Int32 = 5000
    /// The most bytes the database file may grow to; `nil` and the disk is the limit.
    package var maximumBytes: Int?
    /// Exports and imports at a time: each holds a connection and a snapshot or a staging file.
    package var maximumTransfers = 4
    /// Open though faces have damaged embeddings, and leave those out of every search: for a look at the
    /// damage, not for a service.
    package var leavesOutDamaged = false
    /// Where record times come from; tests bring their own.
    package var now: @Sendable () -> Timestamp = Timestamp.now
    /// What the age of the last look at the disk goes by; tests bring their own.
    package var clock: @Sendable () -> ContinuousClock.Instant = { .now }
    /// Told why a gallery's index could not be brought up to a write, which is done all the same. The next
    /// search reads it anew, and is answered with what keeps it from doing so.
    package var indexFailed: @Sendable (GalleryName, GalleryError) -> Void = { _, _ in }
    /// Told of errors that no caller is answered with: rows that nobody sees, of a deleted gallery or of an
    /// import that failed, could not be taken away.
    package var report: @Sendable (GalleryError) -> Void = { _ in }
    /// Told from which step of the schema to which a database was brought up to date; not of one that was
    /// made.
    package var migrated: @Sendable (Int, Int) -> Void = { _, _ in }

    package init() {}
}

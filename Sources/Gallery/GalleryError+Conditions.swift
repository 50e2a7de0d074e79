import CSQLite

/// What code, and not a person, has to tell of an error. The words that clients get are the service's own
/// (`ProblemMapping`).
extension GalleryError {
    /// Whether the disk or the database had no room for what was to be written.
    package var isFull: Bool { if case .database(let error) = self { error.isFull } else { false } }

    /// Whether somebody else was writing for longer than anybody waits.
    package var isBusy: Bool {
        if case .database(let error) = self {
            [SQLITE_BUSY, SQLITE_LOCKED].contains(error.code)
        } else {
            false
        }
    }

    /// Whether it tells of a backup that somebody wanted to end.
    package var isGivenUpBackup: Bool {
        if case .backupRefused(_, .cancelled) = self { true } else { false }
    }
}

package import Encodings

/// The backups that stand in a folder.
package struct BackupInventory: Sendable, Equatable {
    package let count: Int
    package let newest: Newest?

    /// The last one, as far as its name and its size tell.
    package struct Newest: Sendable, Equatable {
        package let createdAt: Timestamp
        package let bytes: Int
    }
}

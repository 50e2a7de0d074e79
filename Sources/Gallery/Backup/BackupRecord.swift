package import Encodings

/// A backup that was made.
package struct BackupRecord: Sendable, Equatable {
    /// Its name in the folder.
    package let file: String
    /// The folder's path and the name.
    package let path: String
    package let bytes: Int
    package let galleries: Int
    package let identities: Int
    /// All faces, those in quarantine included.
    package let faces: Int
    /// From the beginning to the name on the disk.
    package let seconds: Double
    /// Just before the snapshot was taken: every write that was answered before is in the backup.
    package let createdAt: Timestamp
    /// The older backups that went for it, by their names.
    package let removed: [String]
}

import Foundation
package import Gallery

extension Configuration {
    /// The absolute path of the folder for backups: that of `backup.folder`, else `backups` in the data
    /// folder.
    package var backupFolder: String {
        let folder = backupFolderAsGiven
        return URL(fileURLWithPath: folder.isEmpty ? storageData + "/backups" : folder).path
    }

    /// What makes backups of the configured database.
    ///
    /// - Parameter folder: instead of the configured one. Nothing in it is deleted then: `backup.keep` is of
    ///   the other.
    package func backup(to folder: String? = nil) -> GalleryBackup {
        GalleryBackup(
            of: databasePath, to: folder.map { URL(fileURLWithPath: $0).path } ?? backupFolder,
            keeping: folder == nil ? backupKeep : 0)
    }

    /// What puts a backup in the place of the configured database.
    package func restore() -> GalleryRestore { GalleryRestore(of: databasePath) }
}

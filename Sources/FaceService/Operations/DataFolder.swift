import Foundation

/// The folder that the database stands in.
enum DataFolder {
    /// Makes the folder of the database where it is missing, for its owner alone: it holds personal data.
    static func prepare(_ configuration: Configuration) throws {
        let folder = URL(fileURLWithPath: configuration.databasePath).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue {
            return
        }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            let key = configuration.origin(of: "storage.url") == .builtIn ? "storage.data" : "storage.url"
            throw configuration.wrong(key, "the folder \(folder) can't be made")
        }
    }
}

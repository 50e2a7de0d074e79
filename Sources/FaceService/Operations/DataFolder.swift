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
            throw configuration.wrong(configuration.databaseKey, "the folder \(folder) can't be made")
        }
    }
}

extension Configuration {
    /// - Throws: where there is no database yet. One that can't be looked at is told of when it is opened.
    package func requireDatabase() throws(ConfigurationError) {
        var status = stat()
        let isThere =
            stat(databasePath, &status) == 0 ? status.st_size > 0 : ![ENOENT, ENOTDIR].contains(errno)
        guard isThere else {
            throw wrong(
                databaseKey,
                "there is no database at \(databasePath); `arcface serve` and `arcface enroll` make one")
        }
    }

    /// Whether somebody has said where the database is: a wrong place may be a mistyped one then.
    package var namesDatabase: Bool { origin(of: databaseKey) != .builtIn }

    /// What says where the database is.
    fileprivate var databaseKey: String {
        origin(of: "storage.url") == .builtIn ? "storage.data" : "storage.url"
    }
}

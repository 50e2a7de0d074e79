import Foundation

/// The folder that the database stands in.
package enum DataFolder {
    /// Makes the folder of the database where it is missing, for its owner alone: it holds personal data.
    package static func prepare(_ configuration: Configuration) throws {
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
    /// Whether there is a database. One that can't be looked at is told of when it is opened.
    package var hasDatabase: Bool {
        var status = stat()
        return stat(databasePath, &status) == 0 ? status.st_size > 0 : ![ENOENT, ENOTDIR].contains(errno)
    }

    /// - Throws: where there is no database yet.
    package func requireDatabase() throws(ConfigurationError) {
        guard hasDatabase else {
            throw wrong(
                databaseKey,
                "there is no database at \(databasePath); `arcface serve`, `arcface enroll` and `arcface key create` make one"
            )
        }
    }

    /// Whether somebody has said where the database is: a wrong place may be a mistyped one then.
    package var namesDatabase: Bool { origin(of: databaseKey) != .builtIn }

    /// What says where the database is.
    fileprivate var databaseKey: String {
        origin(of: "storage.url") == .builtIn ? "storage.data" : "storage.url"
    }
}

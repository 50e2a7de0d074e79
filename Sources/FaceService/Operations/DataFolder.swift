import Foundation

/// The folder that the database stands in.
package enum DataFolder {
    /// Makes the folder of the database where it is missing, for its owner alone: it holds personal data.
    package static func prepare(_ configuration: Configuration) throws {
        let folder = URL(fileURLWithPath: configuration.databasePath).deletingLastPathComponent().path
        guard let number = make(folder) else { return }
        throw configuration.wrong(
            configuration.databaseKey,
            "the folder \(folder) can't be made: \(String(cString: strerror(number)))")
    }

    /// Makes a folder and those above it, as far as they are missing.
    ///
    /// - Returns: `errno` where it went wrong.
    private static func make(_ path: String) -> Int32? {
        if mkdir(path, 0o700) == 0 { return nil }
        let number = errno
        var status = stat()
        if stat(path, &status) == 0 { return status.st_mode & S_IFMT == S_IFDIR ? nil : ENOTDIR }
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard number == ENOENT, parent != path else { return number }
        if let number = make(parent) { return number }
        // Somebody else may have made it meanwhile.
        return mkdir(path, 0o700) == 0 || errno == EEXIST ? nil : errno
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

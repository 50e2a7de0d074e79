import Files
import Foundation

/// The folder that the database stands in.
package enum DataFolder {
    /// Makes the folder of the database where it is missing, for its owner alone: it holds personal data.
    package static func prepare(_ configuration: Configuration) throws {
        let folder = URL(fileURLWithPath: configuration.databasePath).deletingLastPathComponent().path
        do { try Folder.make(folder) } catch {
            throw configuration.wrong(
                configuration.databaseKey, "the folder \(folder) can't be made: \(error.reason)")
        }
    }
}

extension Configuration {
    /// Whether there is a database. One that can't be looked at is told of when it is opened.
    package var hasDatabase: Bool {
        do { return try FileStatus(databasePath).size > 0 } catch { return !error.isAbsence }
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

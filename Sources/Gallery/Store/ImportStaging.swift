import Files
import Glibc

/// Where an import, or a re-embedding, gathers before it touches the database: a SQLite file of its own,
/// without a journal, since nobody needs it after a crash.
final class ImportStaging: Sendable {
    private static let mark = ".import-"

    let path: String
    let queue: ConnectionQueue

    private init(path: String, queue: ConnectionQueue) {
        self.path = path
        self.queue = queue
    }

    deinit { unlink(path) }

    /// Gives back what the file takes of the disk.
    func drop() async {
        await queue.close()
        unlink(path)
    }

    static func make(
        beside database: String, options: StoreOptions,
        schema: String = StagedFace.schema + StagedIdentity.schema
    ) async throws(GalleryError) -> ImportStaging {
        let path = database + mark + FaceID.random().text
        let queue = ConnectionQueue(label: "import")
        let staging = ImportStaging(path: path, queue: queue)
        try await queue.open { queue throws(GalleryError) in
            try DatabaseFile(path: path).create()
            let connection = try SQLiteConnection(path: path, on: queue)
            try connection.execute(
                script: "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            if let bytes = options.maximumBytes {
                try connection.execute(script: "PRAGMA max_page_count = \(max(1, bytes / 8192))")
            }
            try connection.execute(script: schema)
            return (connection, ())
        }
        return staging
    }

    /// Deletes what imports of a killed process left beside `database`.
    static func removeLeftovers(of database: String) {
        let slash = database.lastIndex(of: "/")
        let folder = slash.map { String(database[...$0]) } ?? "./"
        let prefix = (slash.map { String(database[database.index(after: $0)...]) } ?? database) + mark
        for name in Folder.names(in: folder) where name.hasPrefix(prefix) { unlink(folder + name) }
    }
}

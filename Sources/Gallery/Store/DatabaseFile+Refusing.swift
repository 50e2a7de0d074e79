import CSQLite

extension DatabaseFile {
    /// What SQLite says while the file is looked at is about the file.
    func refusing<T>(_ body: () throws(GalleryError) -> T) throws(GalleryError) -> T {
        do throws(GalleryError) {
            return try body()
        } catch .database(let error) {
            switch error.code {
            case SQLITE_NOTADB: throw .databaseRefused(path: path, .notADatabase)
            case SQLITE_CORRUPT, SQLITE_ERROR:
                throw .databaseRefused(path: path, .damaged(error.message))
            case SQLITE_BUSY, SQLITE_LOCKED: throw .databaseRefused(path: path, .inUse(process: nil))
            case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM:
                throw .databaseRefused(path: path, .inaccessible(error.message, errno: nil))
            default: throw .database(error)
            }
        } catch {
            throw error
        }
    }
}

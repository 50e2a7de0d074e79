/// The keys of a database file, for a command that works beside a running service.
///
/// It takes no lock of the store: SQLite lets two processes write in turns, and the service looks for keys
/// anew all the time. Only to make a database, or to bring one up to date, it has to be alone.
package struct KeyDatabase: Sendable {
    private let path: String
    private let options: StoreOptions

    package init(path: String, options: StoreOptions = .init()) {
        self.path = path
        self.options = options
    }

    /// Makes a key, and a database where there is none; its secret can't be had again.
    ///
    /// - Parameter tell: called with the key before it counts: should the process end there, there is no key
    ///   that nobody has.
    @discardableResult
    package func create(
        _ scope: KeyScope, name: KeyName?, tell: @escaping @Sendable (NewKey) -> Void = { _ in }
    ) async throws(GalleryError) -> NewKey {
        let now = options.now()
        return try await perform { connection throws(GalleryError) in
            try connection.transaction { () throws(GalleryError) in
                let key = try connection.insertKey(scope, name: name, now: now)
                tell(key)
                return key
            }
        }
    }

    /// All keys, newest first.
    package func list() async throws(GalleryError) -> [KeyRecord] {
        try await perform { connection throws(GalleryError) in
            try connection.transaction(.read) { () throws(GalleryError) in
                var keys: [KeyRecord] = []
                var page = PageRequest.first
                while true {
                    let found = try connection.keys(page)
                    keys += found.items
                    guard let next = found.next else { return keys }
                    page = try PageRequest(after: next)
                }
            }
        }
    }

    /// - Throws: `keyNotFound`.
    package func delete(_ id: KeyID) async throws(GalleryError) {
        try await perform { connection throws(GalleryError) in
            try connection.transaction { () throws(GalleryError) in try connection.deleteKey(id) }
        }
    }

    private func perform<T: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws(GalleryError) -> T
    ) async throws(GalleryError) -> T {
        let queue = ConnectionQueue(label: "keys")
        let lock = try await queue.open { [self] queue throws(GalleryError) in
            let opener = DatabaseOpener(file: DatabaseFile(path: path), options: options)
            if let connection = try opener.openBeside(on: queue) { return (connection, DatabaseLock?.none) }
            let lock = try DatabaseLock(database: path)
            do throws(GalleryError) {
                return (try opener.open(on: queue), lock)
            } catch {
                lock.release()
                throw error
            }
        }
        do throws(GalleryError) {
            let result = try await queue.perform(body)
            await queue.close()
            lock?.release()
            return result
        } catch {
            await queue.close()
            lock?.release()
            throw error
        }
    }
}

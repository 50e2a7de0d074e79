package import Encodings

extension GalleryStore {
    /// Makes a key; its secret can't be had again.
    package func createKey(_ scope: KeyScope, name: KeyName?) async throws(GalleryError) -> NewKey {
        try await write { context throws(GalleryError) in
            try context.connection.insertKey(scope, name: name, now: context.now)
        }
    }

    /// Newest first.
    package func keys(_ page: PageRequest = .first) async throws(GalleryError) -> Page<KeyRecord> {
        try await read { connection throws(GalleryError) in try connection.keys(page) }
    }

    /// Every key there is, by the hash of its secret.
    package func keyHashes() async throws(GalleryError) -> [ContentHash: KeyRecord] {
        try await read { connection throws(GalleryError) in try connection.keyHashes() }
    }

    /// - Throws: `keyNotFound`.
    package func deleteKey(_ id: KeyID) async throws(GalleryError) {
        try await write { context throws(GalleryError) in try context.connection.deleteKey(id) }
    }

    /// Notes when keys were used last.
    package func noteUses(_ uses: [KeyID: Timestamp]) async throws(GalleryError) {
        guard !uses.isEmpty else { return }
        try await write { context throws(GalleryError) in
            for (id, time) in uses { try context.connection.noteUse(of: id, at: time) }
        }
    }
}

import Encodings

extension SQLiteConnection {
    /// Every key with the hash of its secret.
    func keyHashes() throws(GalleryError) -> [ContentHash: KeyRecord] {
        var keys: [ContentHash: KeyRecord] = [:]
        try each("SELECT \(KeyRecord.columns), secret_hash FROM keys") { row throws(GalleryError) in
            guard let hash = ContentHash(bytes: row.blob(KeyRecord.columnCount)) else {
                throw row.damaged("a key's hash is not 32 bytes long")
            }
            keys[hash] = try KeyRecord(row)
            return true
        }
        return keys
    }

    /// Newest first.
    func keys(_ page: PageRequest) throws(GalleryError) -> Page<KeyRecord> {
        let before = try page.cursor?.row(in: .keys) ?? Int64.max
        let found = try rows(
            "SELECT \(KeyRecord.columns), id FROM keys WHERE id < ? ORDER BY id DESC LIMIT ?",
            [.integer(before), .integer(page.lookahead)]
        ) { row throws(GalleryError) in (row: row.integer(KeyRecord.columnCount), key: try KeyRecord(row)) }
        return page.cut(found) { Cursor(.keys, after: $0.row) }.map(\.key)
    }

    func insertKey(_ scope: KeyScope, name: KeyName?, now: Timestamp) throws(GalleryError) -> NewKey {
        let secret = KeySecret.random()
        let record = KeyRecord(
            id: .random(), scope: scope, name: name?.text, createdAt: now, lastUsedAt: nil)
        try run(
            "INSERT INTO keys (key_id, scope, name, secret_hash, created_at) VALUES (?, ?, ?, ?, ?)",
            [
                .id(record.id), .text(scope.rawValue), .optional(record.name), .blob(secret.hash.bytes),
                .time(now),
            ])
        return NewKey(record: record, secret: secret)
    }

    /// - Throws: `keyNotFound`.
    func deleteKey(_ id: KeyID) throws(GalleryError) {
        guard try run("DELETE FROM keys WHERE key_id = ?", [.id(id)]) > 0 else { throw .keyNotFound(id) }
    }

    /// Of keys that are gone nothing is noted.
    func noteUse(of id: KeyID, at time: Timestamp) throws(GalleryError) {
        try run(
            "UPDATE keys SET last_used_at = ? WHERE key_id = ? AND (last_used_at IS NULL OR last_used_at < ?)",
            [.time(time), .id(id), .time(time)])
    }
}

extension KeyRecord {
    fileprivate static let columns = "key_id, scope, name, created_at, last_used_at"
    fileprivate static let columnCount: Int32 = 5

    fileprivate init(_ row: Row) throws(GalleryError) {
        guard let scope = KeyScope(rawValue: row.text(1)) else {
            throw row.damaged("a key has an unknown scope")
        }
        self.init(
            id: try row.id(0), scope: scope, name: row.optionalText(2), createdAt: row.time(3),
            lastUsedAt: row.optionalTime(4))
    }
}

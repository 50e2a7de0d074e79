import Locks

/// A snapshot of a gallery on its way out: what was there when it began, whatever is written meanwhile.
///
/// Pull batches until `nil`. It has a connection of its own and blocks no write; as long as it is open the
/// write-ahead log can't shrink, so a client that has stalled must be cut off. Letting go of it ends it.
package final class GalleryExport: Sendable {
    /// The gallery in that snapshot.
    package let gallery: GalleryRecord
    private let row: GalleryRow
    private let reader: ConnectionQueue
    private let crops: Bool
    private let slot: TransferSlots.Slot
    private let last = Locked<Int64>(0)
    private let lastIdentity = Locked("")

    init(
        reader: ConnectionQueue, _ row: GalleryRow, _ gallery: GalleryRecord, crops: Bool,
        slot: TransferSlots.Slot
    ) {
        self.reader = reader
        self.row = row
        self.gallery = gallery
        self.crops = crops
        self.slot = slot
    }

    /// The next faces in order of enrolment; `nil` at the end. One caller at a time.
    ///
    /// - Throws: `closed` after `close()`.
    package func next(limit: Int = 256) async throws(GalleryError) -> [StoredFace]? {
        let (row, crops, after) = (row, crops, last.withLock { $0 })
        let found = try await reader.perform { connection throws(GalleryError) in
            try FaceQuery.stored(
                connection, "WHERE f.gallery = ? AND f.id > ? ORDER BY f.id LIMIT ?",
                [.integer(row.row), .integer(after), .integer(Int64(max(limit, 1)))],
                dimension: row.model.dimension, crops: crops)
        }
        guard let newest = found.last else { return nil }
        last.withLock { $0 = newest.row }
        return found.map(\.face)
    }

    /// The next identities that no face is of, by name; `nil` at the end. One caller at a time.
    ///
    /// - Throws: `closed` after `close()`.
    package func nextIdentities(limit: Int = 256) async throws(GalleryError) -> [IdentityRecord]? {
        let (row, after) = (row, lastIdentity.withLock { $0 })
        let found = try await reader.perform { connection throws(GalleryError) in
            try connection.rows(
                IdentityRecord.select
                    + """
                     WHERE i.gallery = ? AND i.name > ?
                        AND NOT EXISTS (SELECT 1 FROM faces f WHERE f.identity = i.id)
                    ORDER BY i.name LIMIT ?
                    """, [.integer(row.row), .text(after), .integer(Int64(max(limit, 1)))],
                IdentityRecord.init)
        }
        guard let newest = found.last else { return nil }
        lastIdentity.withLock { $0 = newest.name.text }
        return found
    }

    /// Ends the snapshot early.
    package func close() async { await reader.close() }
}

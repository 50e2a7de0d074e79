import CMigrations
import Digest

/// One step of the schema, from the folder `migrations`, as it travels inside the executable.
package struct Migration: Sendable, Equatable {
    /// Its place, from 1.
    package let number: Int
    /// The file's name without `.sql`.
    package let name: String
    package let sql: String
    /// Lower-case hexadecimal SHA-256 of the file: a migration that was applied somewhere never changes again.
    package let checksum: String

    /// All that this executable knows, in order.
    package static let all: [Migration] = (0..<embedded_migration_count()).map { index in
        let embedded = embedded_migration_at(index)!.pointee
        let bytes = Array(UnsafeBufferPointer(start: embedded.bytes, count: embedded.count))
        return Migration(
            number: index + 1, name: String(cString: embedded.name),
            sql: String(decoding: bytes, as: UTF8.self),
            checksum: SHA256.hex(bytes))
    }
}

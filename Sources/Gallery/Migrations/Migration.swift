import CMigrations
import Digest

/// One step of the schema, from the folder `migrations`, as it travels inside the executable.
package struct Migration: Sendable, Equatable {
    /// Its place, from 1.
    package let number: Int
    /// The file's name without `.sql`.
    package let name: String
    package let sql: String
    /// Lower-case hexadecimal SHA-256 of the file: a migration that was applied somewhere never changes
    /// again.
    package let checksum: String

    /// Checksums of texts that unreleased versions had for a step, by its name; what they did to the schema
    /// is the same.
    private static let formerChecksums = [
        // It failed on a report that is no JSON.
        "0005_summaries_and_deletions": "bb60094f4d9a0dfb7e3e6e646ba5ed26d73cf96f4ea29371cc2f98bfbcd152d4"
    ]

    /// Whether a database in which the step was applied with `checksum` has what this text makes.
    func accepts(checksum other: String) -> Bool {
        other == checksum || other == Self.formerChecksums[name]
    }

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

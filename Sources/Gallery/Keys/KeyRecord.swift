package import Encodings

/// A key as people see it: everything but the secret.
package struct KeyRecord: Sendable, Equatable {
    package let id: KeyID
    package let scope: KeyScope
    /// Whose or what it is for, in the words of who made it.
    package let name: String?
    package let createdAt: Timestamp
    /// Of a service that runs or was killed, up to a minute old; `nil` when nobody has used it.
    package let lastUsedAt: Timestamp?

    /// The same, used at `time`.
    package func used(at time: Timestamp) -> KeyRecord {
        KeyRecord(
            id: id, scope: scope, name: name, createdAt: createdAt, lastUsedAt: max(time, lastUsedAt ?? time))
    }
}

/// A key's id.
package typealias KeyID = UniqueID<KeyRecord>

/// A key that was just made, with its secret: the only time that anybody sees it.
package struct NewKey: Sendable {
    package let record: KeyRecord
    package let secret: KeySecret
}

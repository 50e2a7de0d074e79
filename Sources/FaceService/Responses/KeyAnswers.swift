package import Encodings
package import Gallery

/// A key as lists show it.
package struct KeyAnswer: JSONRepresentable {
    package let record: KeyRecord

    package init(record: KeyRecord) { self.record = record }

    package var json: JSONValue { .object(members) }

    fileprivate var members: JSONObject {
        [
            "id": .string(record.id.text), "scope": .string(record.scope.rawValue),
            "name": record.name.map { .string($0) } ?? .null, "created_at": record.createdAt.json,
            "last_used_at": record.lastUsedAt?.json ?? .null,
        ]
    }
}

/// A key that was just made, the one time with its secret.
package struct NewKeyAnswer: JSONRepresentable {
    private let key: NewKey

    package init(_ key: NewKey) { self.key = key }

    package var json: JSONValue {
        var object = KeyAnswer(record: key.record).members
        object.append("key", .string(key.secret.text))
        return .object(object)
    }
}

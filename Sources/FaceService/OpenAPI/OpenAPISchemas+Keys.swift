import Encodings
import Gallery

extension OpenAPISchemas {
    static let keys: [(String, JSONValue)] = [
        ("Key", object(key)),
        (
            "NewKey",
            .object([
                "allOf": .array([
                    reference("Key"),
                    object([
                        "key": .object([
                            "type": "string",
                            "description": "The secret, for `Authorization: Bearer`. It can't be had again.",
                        ])
                    ]),
                ])
            ])
        ),
        ("KeyList", page("keys", "Key")),
    ]

    private static let key: KeyValuePairs<String, JSONValue> = [
        "id": uuid,
        "scope": .object([
            "type": "string", "enum": .array(KeyScope.allCases.map { .string($0.rawValue) }),
        ]),
        "name": nullable(text), "created_at": time, "last_used_at": nullable(time),
    ]
}

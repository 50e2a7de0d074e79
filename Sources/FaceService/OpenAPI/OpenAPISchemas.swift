import Encodings
import Gallery

/// The schemas of the answers, by name.
enum OpenAPISchemas {
    static func reference(_ name: String) -> JSONValue {
        .object(["$ref": .string("#/components/schemas/\(name)")])
    }

    /// The schema of an option.
    static func schema(of kind: OptionSpec.Kind) -> JSONValue {
        switch kind {
        case .integer(let range):
            .object([
                "type": "integer", "minimum": .integer(range.lowerBound),
                "maximum": .integer(range.upperBound),
            ])
        case .number(let range): number(range)
        case .flag: .object(["type": "boolean"])
        case .text: .object(["type": "string", "minLength": .integer(1)])
        // The upper bound counts bytes, and `maxLength` characters: the description has it.
        case .prose(let range):
            .object(
                range.lowerBound == 0
                    ? ["type": "string"] : ["type": "string", "minLength": .integer(range.lowerBound)])
        case .choice(let names): .object(["type": "string", "enum": .array(names.map { .string($0) })])
        case .numberOrWord(let range, let word):
            .object(["oneOf": .array([number(range), .object(["const": .string(word)])])])
        case .texts(let limit): texts(atMost: limit)
        case .object: .object(["type": "object"])
        case .embedding: reference("EmbeddingInput")
        }
    }

    private static func number(_ range: ClosedRange<Double>) -> JSONValue {
        .object([
            "type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound),
        ])
    }

    private static func texts(atMost limit: Int?) -> JSONValue {
        var schema: JSONObject = ["type": "array", "items": text]
        schema.append("maxItems", ifPresent: limit.map { .integer($0) })
        return .object(schema)
    }

    /// What stands in the holes of paths.
    static let pathParameters: [String: JSONValue] = [
        "gallery": .object([
            "type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$",
            "description": "None is made of the name `.` or `..`, which clients take out of paths.",
        ]),
        "identity": .object([
            "type": "string", "minLength": .integer(1),
            "description": .string(
                "1 to \(IdentityName.maximumLength) bytes of printable UTF-8, percent-encoded (a slash as %2F)."
            ),
        ]),
        "face_id": uuid, "job": uuid, "key": uuid,
    ]

    static let uuid = JSONValue.object(["type": "string", "format": "uuid"])
    static let text = JSONValue.object(["type": "string"])
    static let real = JSONValue.object(["type": "number"])
    static let count = JSONValue.object(["type": "integer", "minimum": .integer(0)])
    static let flag = JSONValue.object(["type": "boolean"])
    static let score = number(0...1)
    /// Pixels, or another measure that is never negative.
    static let size = JSONValue.object(["type": "number", "minimum": .integer(0)])
    /// Degrees to either side.
    static let turn = number(-180...180)
    static let time = JSONValue.object(["type": "string", "format": "date-time"])
    static let anyObject = JSONValue.object(["type": "object"])

    static func nullable(_ schema: JSONValue) -> JSONValue {
        .object(["oneOf": .array([schema, .object(["type": "null"])])])
    }

    /// The schema with null as one more type, so that what else it says stays at its top.
    static func orNull(_ schema: JSONObject) -> JSONObject {
        guard schema.members.contains(where: { $0.key == "type" }) else {
            return nullable(.object(schema)).objectValue ?? schema
        }
        return JSONObject(
            schema.members.map { member in
                switch member.key {
                case "type": .init(key: "type", value: .array([member.value, "null"]))
                case "enum": .init(key: "enum", value: .array((member.value.arrayValue ?? []) + [.null]))
                default: member
                }
            })
    }

    /// The schema with a sentence for people.
    static func described(_ schema: JSONValue, _ text: String) -> JSONValue {
        var object = schema.objectValue ?? [:]
        object.append("description", .string(text))
        return .object(object)
    }

    static func list(_ schema: JSONValue) -> JSONValue { .object(["type": "array", "items": schema]) }

    /// An object of any names, each with a value of this form.
    static func named(_ schema: JSONValue) -> JSONValue {
        .object(["type": "object", "additionalProperties": schema])
    }

    /// An object with these members, all of which are there but those in `optional`.
    static func object(_ members: KeyValuePairs<String, JSONValue>, optional: Set<String> = []) -> JSONValue {
        let required = members.map(\.key).filter { !optional.contains($0) }
        return .object([
            "type": "object", "required": .array(required.map { .string($0) }),
            "properties": .object(JSONObject(members.map { .init(key: $0.key, value: $0.value) })),
        ])
    }

    /// All schemas.
    static let all: [JSONObject.Member] =
        (inputs + recognition + galleries + transfer + administration + calibration + inversion + keys
        + backup
        + operations)
        .map {
            .init(key: $0.0, value: $0.1)
        }

    private static let inputs: [(String, JSONValue)] = [
        (
            "ImageInput",
            .object([
                "type": "string", "contentEncoding": "base64",
                "description": "An image file as base64, with or without a data: prefix.",
            ])
        ),
        (
            "EmbeddingInput",
            .object([
                "description": "A unit vector of the model: numbers, or base64 of little-endian float32.",
                "oneOf": .array([list(real), .object(["type": "string", "contentEncoding": "base64"])]),
            ])
        ),
        (
            "Problem",
            object(
                [
                    "type": text, "title": text, "status": .object(["type": "integer"]), "detail": text,
                    "code": .object([
                        "type": "string", "enum": .array(ProblemCode.allCases.map { .string($0.rawValue) }),
                    ]),
                    "request_id": text,
                    "rejected": list(reference("Rejection")), "line": count, "checks": anyObject,
                ], optional: ["request_id", "rejected", "line", "checks"])
        ),
        ("AnyObject", anyObject),
    ]

    private static let operations: [(String, JSONValue)] = [
        ("Health", object(["status": .object(["const": "ok"])])),
        ("Readiness", object(["status": .object(["const": "ready"]), "checks": anyObject])),
        (
            "Models",
            object([
                "detector": object([
                    "name": text, "fingerprint": text, "min_score": real,
                    "input": nullable(reference("Size")),
                    "licence": nullable(text), "source": nullable(text), "provenance": named(text),
                    "metrics": named(real),
                ]),
                "recognizer": object([
                    "name": text, "fingerprint": text, "dimension": count, "threshold": real,
                    "precision": text, "preprocessing": text,
                    "input": nullable(reference("Size")), "licence": nullable(text), "source": nullable(text),
                    "provenance": named(text), "metrics": named(real),
                    "thresholds": list(
                        object(["fmr": real, "threshold": real, "tmr": nullable(real)])),
                ]),
            ])
        ),
    ]
}

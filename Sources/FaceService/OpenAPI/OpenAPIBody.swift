import Encodings

/// The `requestBody` of an operation: the three forms of an image, or options as JSON.
struct OpenAPIBody {
    private let operation: Operation

    init(_ operation: Operation) { self.operation = operation }

    /// Nil for an operation that takes no body.
    var json: JSONValue? {
        switch operation.body {
        case .none: nil
        case .json: body(["application/json": jsonOptions], isRequired: false)
        case .lines:
            body(
                ["application/x-ndjson": .object(["schema": OpenAPISchemas.reference("ExportLine")])],
                isRequired: true)
        case .image, .images, .pair: body(images, isRequired: true)
        }
    }

    private func body(_ content: JSONObject, isRequired: Bool) -> JSONValue {
        .object(["required": .bool(isRequired), "content": .object(content)])
    }

    private var images: JSONObject {
        var content: JSONObject = [:]
        for type in ["image/jpeg", "image/png", "application/octet-stream"] {
            content.append(type, .object([:]))
        }
        content.append("multipart/form-data", schema(partMembers + optionMembers(inForm: true)))
        content.append("application/json", schema(jsonMembers + optionMembers(inForm: false)))
        return content
    }

    private var jsonOptions: JSONValue { schema(optionMembers(inForm: false)) }

    private func schema(_ properties: [JSONObject.Member]) -> JSONValue {
        .object([
            "schema": .object([
                "type": "object", "additionalProperties": .bool(false),
                "properties": .object(JSONObject(properties)),
            ])
        ])
    }

    private func optionMembers(inForm: Bool) -> [JSONObject.Member] {
        operation.options.filter { !inForm || $0.fitsQuery }.map { option in
            var object = OpenAPISchemas.schema(of: option.kind).objectValue ?? [:]
            // In JSON a null is as good as none (`OptionValues.add`).
            if !inForm, !option.isRequired { object = OpenAPISchemas.orNull(object) }
            object.append("description", .string(option.description))
            return .init(key: option.name, value: .object(object))
        }
    }

    private var partMembers: [JSONObject.Member] {
        let part = JSONValue.object(["type": "string", "format": "binary"])
        let parts = JSONValue.object(["type": "array", "items": part])
        return operation.body.imageNames.sorted().map {
            .init(key: $0, value: operation.body.takesSeveral ? parts : part)
        }
    }

    private var jsonMembers: [JSONObject.Member] {
        operation.body.jsonNames.sorted().map { name in
            let single = name.hasPrefix("embedding") ? "EmbeddingInput" : "ImageInput"
            guard name.hasSuffix("s") else {
                return .init(key: name, value: OpenAPISchemas.reference(single))
            }
            return .init(
                key: name,
                value: .object([
                    "type": "array", "minItems": .integer(1), "items": OpenAPISchemas.reference(single),
                ]))
        }
    }
}

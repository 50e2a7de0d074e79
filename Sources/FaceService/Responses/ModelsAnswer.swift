/// The answer of `GET /models`.
package struct ModelsAnswer: JSONRepresentable {
    package let detector: ModelDescription
    package let recognizer: ModelDescription

    package var json: JSONValue {
        .object(["detector": Self.detector(detector), "recognizer": Self.recognizer(recognizer)])
    }

    private static func detector(_ model: ModelDescription) -> JSONValue {
        .object(
            JSONObject(
                [
                    .init(key: "name", value: .string(model.name)),
                    .init(key: "fingerprint", value: .string(model.fingerprint)),
                    .init(key: "min_score", value: .float(model.threshold)),
                ] + common(model)))
    }

    private static func recognizer(_ model: ModelDescription) -> JSONValue {
        .object(JSONObject((model.json.objectValue?.members ?? []) + common(model)))
    }

    private static func common(_ model: ModelDescription) -> [JSONObject.Member] {
        var input = JSONValue.null
        if let width = model.inputWidth, let height = model.inputHeight {
            input = .object(["width": .integer(width), "height": .integer(height)])
        }
        return [
            .init(key: "input", value: input),
            .init(key: "licence", value: model.licence.map { .string($0) } ?? .null),
            .init(key: "source", value: model.source.map { .string($0) } ?? .null),
        ]
    }
}

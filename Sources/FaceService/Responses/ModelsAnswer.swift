package import Encodings
import Faces

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
        let own: [JSONObject.Member] = [
            .init(key: "preprocessing", value: .string(model.preprocessing)),
            .init(key: "thresholds", value: .array(model.operatingPoints.map(Self.operatingPoint))),
        ]
        return .object(JSONObject((model.json.objectValue?.members ?? []) + common(model) + own))
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
            .init(key: "provenance", value: named(model.provenance.mapValues { .string($0) })),
            .init(key: "metrics", value: named(model.metrics.mapValues { .number($0) })),
        ]
    }

    /// By name, so that two answers about one model are the same bytes.
    private static func named(_ values: [String: JSONValue]) -> JSONValue {
        .object(
            JSONObject(values.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value) }))
    }

    private static func operatingPoint(_ point: OperatingPoint) -> JSONValue {
        .object([
            "fmr": .float(point.falseMatchRate), "threshold": .float(point.threshold),
            "tmr": point.trueMatchRate.map { .float($0) } ?? .null,
        ])
    }
}

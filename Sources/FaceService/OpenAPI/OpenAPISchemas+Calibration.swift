import Encodings

extension OpenAPISchemas {
    private static let trials = object([
        "trials": count, "mean": nullable(real), "deviation": nullable(real),
    ])

    private static func identification(_ schema: JSONValue, _ what: String) -> JSONValue {
        var object = schema.objectValue ?? [:]
        object.append(
            "description",
            .string(
                "Of the photographs that took part the share \(what), searched for among these: where the "
                    + "report is `sampled`, a search of the whole gallery meets more faces."))
        return .object(object)
    }

    private static let point = object(
        [
            "fmr": real, "trials": count, "threshold": real, "tmr": nullable(real),
            "tmr_interval": nullable(list(real)), "false_matches": count,
            "fpir": identification(
                real, "that would be named as somebody else if their own identity were not enrolled"),
            "fnir": identification(
                nullable(real), "(of identities with several) that would not be named rightly"),
            "code": .object([
                "type": "string", "enum": .array(["insufficient_data", "not_reached"]),
                "description": "Why there is no threshold.",
            ]), "detail": text,
        ],
        optional: [
            "threshold", "tmr", "tmr_interval", "false_matches", "fpir", "fnir", "code", "detail",
        ])

    static let calibration: [(String, JSONValue)] = [
        (
            "CalibratedThreshold",
            object(["threshold": real, "fmr": real, "trials": count, "job": uuid, "applied_at": time])
        ),
        ("CalibrationPoint", point),
        (
            "CalibrationReport",
            object(
                [
                    "identities": count, "faces": count, "photographs": count,
                    "sampled": .object([
                        "type": "boolean",
                        "description": "Fewer photographs took part than the gallery has faces.",
                    ]), "genuine": trials, "impostor": trials,
                    "histogram": object([
                        "least": real, "greatest": real, "genuine": list(count), "impostor": list(count),
                    ]), "thresholds": list(reference("CalibrationPoint")),
                    "applied": nullable(object(["fmr": real, "threshold": real])),
                    "threshold_before": nullable(real),
                    "possible_duplicates": list(reference("PossibleDuplicate")), "seconds": real,
                ], optional: ["histogram", "possible_duplicates", "sampled"])
        ),
    ]
}

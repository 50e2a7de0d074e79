extension OpenAPISchemas {
    private static let trials = object([
        "trials": count, "mean": nullable(real), "deviation": nullable(real),
    ])

    private static let point = object(
        [
            "fmr": real, "trials": count, "threshold": real, "tmr": nullable(real),
            "tmr_interval": nullable(list(real)), "false_matches": count, "fpir": real,
            "fnir": nullable(real),
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
            object([
                "identities": count, "faces": count, "photographs": count, "genuine": trials,
                "impostor": trials,
                "histogram": object([
                    "least": real, "greatest": real, "genuine": list(count), "impostor": list(count),
                ]), "thresholds": list(reference("CalibrationPoint")),
                "applied": nullable(object(["fmr": real, "threshold": real])),
                "threshold_before": nullable(real),
                "possible_duplicates": list(reference("PossibleDuplicate")), "seconds": real,
            ])
        ),
    ]
}

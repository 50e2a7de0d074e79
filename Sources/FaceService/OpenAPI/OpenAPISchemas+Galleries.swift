import Encodings
import Gallery
import SubCenter

extension OpenAPISchemas {
    static func page(_ name: String, _ item: String) -> JSONValue {
        .object([
            "type": "object", "required": .array([.string(name), "next"]),
            "properties": .object(
                JSONObject([
                    .init(key: name, value: list(reference(item))), .init(key: "next", value: nullable(text)),
                ])),
        ])
    }

    static let galleries: [(String, JSONValue)] = [
        (
            "Gallery",
            object([
                "name": text, "description": nullable(text), "metadata": anyObject,
                "model": reference("GalleryModel"),
                "identities": count, "faces": count, "quarantined": count, "created_at": time,
                "updated_at": time, "calibration": nullable(reference("CalibratedThreshold")),
            ])
        ),
        (
            "GalleryModel",
            object([
                "name": text, "fingerprint": text, "dimension": count,
                "threshold": .object([
                    "type": .array(["number", "null"]),
                    "description":
                        "The gallery's calibrated one, else its model's; null where that is not the model that runs.",
                ]), "precision": text,
                "preprocessing": .object([
                    "type": "string", "description": "What is done to a face before the model sees it.",
                ]),
            ])
        ),
        ("GalleryList", page("galleries", "Gallery")),
        (
            "Identity",
            object([
                "identity": text, "faces": count, "quarantined": count, "metadata": anyObject,
                "created_at": time,
                "updated_at": described(time, "Moves with the metadata and the name, not with the faces."),
            ])
        ),
        ("IdentityList", page("identities", "Identity")),
        (
            "EnrolledFace",
            object(
                [
                    "face_id": uuid, "identity": text, "box": nullable(reference("Box")),
                    "score": nullable(score),
                    "landmarks": nullable(list(reference("Point"))),
                    "quality": nullable(reference("Quality")),
                    "metadata": anyObject, "has_crop": flag, "quarantined": flag, "created_at": time,
                    "quarantine": reference("Quarantine"), "embedding": reference("Embedding"),
                ], optional: ["quarantine", "embedding"])
        ),
        ("FaceList", page("faces", "EnrolledFace")),
        ("Rejection", object(["index": count, "code": text, "detail": text])),
        (
            "EnrolAnswer",
            object([
                "faces": list(
                    object(
                        [
                            "index": count, "face_id": uuid, "box": nullable(reference("Box")),
                            "score": nullable(score), "quality": nullable(reference("Quality")),
                            "duplicate": flag,
                            "quarantined": described(
                                flag,
                                "True where the face was there before and is set aside, so that no search finds it; else it is not there."
                            ),
                        ], optional: ["quarantined"])), "rejected": list(reference("Rejection")),
            ])
        ),
    ]

    private static let reason = JSONValue.object([
        "type": "string", "enum": .array(QuarantineRecord.Reason.allCases.map { .string($0.rawValue) }),
    ])

    static let administration: [(String, JSONValue)] = [
        (
            "Quarantine",
            object([
                "job": uuid, "reason": reason, "angle_degrees": real, "nearest_identity": nullable(text),
                "nearest_angle_degrees": nullable(real), "move_to": nullable(text), "created_at": time,
            ])
        ),
        (
            "QuarantinedFace",
            .object([
                "allOf": .array([object(["face_id": uuid, "identity": text]), reference("Quarantine")])
            ])
        ),
        ("QuarantineList", page("faces", "QuarantinedFace")),
        (
            "Job",
            object([
                "id": uuid,
                "kind": .object([
                    "type": "string", "enum": .array(JobKind.allCases.map { .string($0.rawValue) }),
                ]),
                "gallery": nullable(text),
                "state": .object([
                    "type": "string", "enum": .array(JobRecord.State.allCases.map { .string($0.rawValue) }),
                ]),
                "progress": .object([
                    "type": "number", "minimum": .integer(0), "maximum": .integer(1),
                    "description":
                        "Of a job that failed or was cancelled: how far it had come; 0 after a restart.",
                ]),
                "created_at": time, "started_at": nullable(time), "finished_at": nullable(time),
                "parameters": anyObject,
                "report": .object([
                    "oneOf": .array([
                        reference("PurificationReport"), reference("CalibrationReport"),
                        reference("InversionReport"),
                        .object(["type": "null"]),
                    ])
                ]),
                "error": nullable(text),
            ])
        ),
        ("JobList", page("jobs", "Job")),
        (
            "PurificationReport",
            object(
                [
                    "identities": count, "faces": count, "dominant": count, "quarantined": count,
                    "kept": count,
                    "ambiguous": count, "threshold_degrees": real,
                    "threshold_source": .object([
                        "type": "string",
                        "enum": .array(UsedThreshold.Source.allCases.map { .string($0.rawValue) }),
                        "description":
                            "default: it was to be found in the gallery, but there were too few trials.",
                    ]), "threshold_trials": object(["genuine": count, "impostor": count]),
                    "dry_run": flag, "seconds": real,
                    "per_identity": list(
                        object([
                            "identity": text, "faces": count, "sub_centers": list(count),
                            "groups": list(count),
                            "dominant": nullable(count), "ambiguous": flag, "quarantined": list(uuid),
                            "angle_mean_before": nullable(real), "angle_mean_after": nullable(real),
                        ])),
                    "possible_duplicates": list(reference("PossibleDuplicate")),
                    "angles": object(["degrees": count, "before": list(count), "after": list(count)]),
                ],
                optional: [
                    "per_identity", "possible_duplicates", "angles", "threshold_source", "threshold_trials",
                ])
        ),
        ("PossibleDuplicate", object(["identities": list(text), "angle_degrees": real])),
        ("RestoreAnswer", object(["restored": list(uuid)])),
        (
            "MoveAnswer",
            object([
                "moved": described(
                    count, "How many came from another identity; of one that was renamed, how many it has."),
                "restored": described(list(uuid), "Those that had been set aside and are searched again."),
                "duplicates": described(
                    list(object(["face_id": uuid, "duplicate_of": uuid])),
                    "Those that stay where they are, as the identity has them of the same picture already."),
                "identity": reference("Identity"),
            ])
        ),
    ]
}

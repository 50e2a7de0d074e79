import Encodings

extension OpenAPISchemas {
    private static let faceMembers: KeyValuePairs<String, JSONValue> = [
        "box": reference("Box"), "score": score,
        "landmarks": .object([
            "type": "array", "items": reference("Point"), "minItems": .integer(5), "maxItems": .integer(5),
            "description": "Left eye, right eye, nose, left and right mouth corner, as seen in the image.",
        ]),
        "crop": .object(["type": "string", "contentEncoding": "base64", "contentMediaType": "image/jpeg"]),
    ]

    private static func face(
        _ more: KeyValuePairs<String, JSONValue>, optional: Set<String> = []
    ) -> JSONValue {
        .object(["allOf": .array([reference("Face"), object(more, optional: optional)])])
    }

    static let recognition: [(String, JSONValue)] = [
        ("Size", object(["width": count, "height": count])),
        ("Point", object(["x": real, "y": real])),
        ("Box", object(["x": real, "y": real, "width": size, "height": size])),
        ("Face", object(faceMembers, optional: ["crop"])),
        (
            "Model",
            object([
                "name": text, "fingerprint": text, "dimension": count, "threshold": real, "precision": text,
            ])
        ),
        (
            "Quality",
            object([
                "embedding_norm": nullable(size), "sharpness": size, "face_size": size, "yaw": turn,
                "pitch": turn, "roll": turn,
            ])
        ),
        (
            "Embedding",
            .object([
                "description":
                    "A unit vector: numbers, or base64 of little-endian float32 where that was asked for.",
                "oneOf": .array([list(real), .object(["type": "string", "contentEncoding": "base64"])]),
            ])
        ),
        ("DetectAnswer", object(["image": reference("Size"), "faces": list(reference("Face"))])),
        (
            "EmbedResult",
            object([
                "model": reference("Model"), "image": reference("Size"),
                "faces": list(face(["embedding": reference("Embedding"), "quality": reference("Quality")])),
            ])
        ),
        (
            "EmbedAnswer",
            .object([
                "oneOf": .array([
                    reference("EmbedResult"),
                    object([
                        "results": list(
                            .object(["oneOf": .array([reference("EmbedResult"), reference("Problem")])]))
                    ]),
                ])
            ])
        ),
        (
            "VerifyAnswer",
            object(
                [
                    "model": reference("Model"), "similarity": real, "angle_degrees": real, "threshold": real,
                    "same": flag, "faces": list(nullable(reference("Face"))), "gallery": text,
                    "identity": text,
                    "face_id": uuid,
                ], optional: ["gallery", "identity", "face_id"])
        ),
        (
            "IdentifyAnswer",
            object([
                "model": reference("Model"), "gallery": text, "threshold": real,
                "faces": list(
                    object(
                        [
                            "box": nullable(reference("Box")), "score": nullable(score),
                            "landmarks": nullable(list(reference("Point"))), "crop": text, "unknown": flag,
                            "matches": list(
                                object([
                                    "identity": text, "face_id": uuid, "similarity": real,
                                    "angle_degrees": real,
                                ])), "margin": nullable(real), "best_below_threshold": nullable(real),
                        ], optional: ["crop"])),
            ])
        ),
    ]
}

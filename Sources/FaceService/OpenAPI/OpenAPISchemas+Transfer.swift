import Encodings

extension OpenAPISchemas {
    static let transfer: [(String, JSONValue)] = [
        (
            "FaceLine",
            object(
                [
                    "identity": text, "embedding": reference("EmbeddingInput"), "face_id": uuid,
                    "embedding_norm": nullable(size), "metadata": anyObject, "identity_metadata": metadata,
                    "box": nullable(reference("Box")), "score": nullable(score),
                    "landmarks": nullable(list(reference("Point"))),
                    "quality": nullable(reference("Quality")),
                    "quarantined": flag, "quarantine": nullable(reference("Quarantine")), "model": text,
                    "created_at": time, "identity_created_at": identityTime,
                    "identity_updated_at": identityTime,
                    "source": object(["sha256": text, "index": count]),
                    "crop": described(
                        text,
                        "A whole JPEG file as base64, of the size that `crop_geometry`, else the model, tells."
                    ),
                    "crop_geometry": text, "preprocessing": text,
                ],
                optional: [
                    "face_id", "embedding_norm", "metadata", "identity_metadata", "box", "score", "landmarks",
                    "quality", "quarantined", "quarantine", "model", "created_at", "identity_created_at",
                    "identity_updated_at", "source", "crop", "crop_geometry", "preprocessing",
                ])
        ),
        (
            "IdentityLine",
            described(
                object(
                    [
                        "identity": text, "identity_metadata": metadata, "created_at": identityTime,
                        "updated_at": identityTime,
                    ], optional: ["created_at", "updated_at"]),
                "An identity that no face is of. A line with any other member is a face's.")
        ),
        (
            "ExportLine",
            .object(["anyOf": .array([reference("FaceLine"), reference("IdentityLine")])])
        ),
        ("ImportAnswer", object(["faces": count, "identities": count, "duplicates": count])),
    ]

    private static let metadata = described(
        anyObject,
        """
        An import gives it to an identity that it makes, or that is there without any; one that has some keeps it. Two \
        lines of an import that state different ones of an identity are refused, an empty one stating nothing.
        """)

    private static let identityTime = described(
        time, "The identity's; an import gives it to an identity that it makes.")
}

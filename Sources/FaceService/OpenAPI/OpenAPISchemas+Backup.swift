import Encodings

extension OpenAPISchemas {
    static let backup: [(String, JSONValue)] = [
        (
            "Backup",
            object([
                "file": described(text, "Its name; it has the second of `created_at`."),
                "path": described(text, "Where it is on the machine of the service."), "bytes": count,
                "galleries": count, "identities": count,
                "faces": described(count, "All faces, those set aside too."), "seconds": real,
                "created_at": described(time, "Every write that was answered before is in it."),
                "removed": described(
                    list(text), "Names of older backups that were deleted for it, as `backup.keep` says."),
            ])
        )
    ]
}

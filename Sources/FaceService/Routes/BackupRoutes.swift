import HTTPServer

/// Backups of the database.
struct BackupRoutes {
    let application: FaceApplication

    var routes: [Route] { [backup] }

    private var backup: Route {
        let operation = Operation(
            id: "backup", method: "POST", pattern: PathPattern("/admin/backup"), scope: .admin,
            tag: "Administration",
            summary: """
                Write a consistent copy of the database to the folder for backups, while everything goes on. Answered when it \
                has been checked and is on the disk; one that has begun is finished even if its client goes away.
                """,
            body: .json, answers: [.json(201, "Backup", "The backup.")],
            problems: [
                .parameterInvalid, .jsonInvalid, .unsupportedMediaType, .backupRunning, .backupFailed,
                .storageFull,
            ])
        return Route(operation) { request in
            _ = try await BodyForm.options(request)
            return .json(
                BackupAnswer(try await timed(.db) { try await application.backups.make() }), status: 201)
        }
    }
}

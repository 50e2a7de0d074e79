import Encodings
import Gallery
import HTTP
import HTTPServer

/// Export and import as newline-delimited JSON.
struct TransferRoutes {
    let application: FaceApplication

    var routes: [Route] { [export, importFaces] }

    private var export: Route {
        let operation = Operation(
            id: "exportGallery", method: "GET", pattern: PathPattern("/galleries/{gallery}/export"),
            scope: .enroll,
            tag: "Galleries",
            summary: """
                Stream a consistent snapshot: one face a line, quarantined ones marked. The gallery's name, description, \
                metadata, times and calibrated threshold are not in it, nor are its jobs and the pictures made of its faces, \
                nor crops and identities without faces unless asked for.
                """,
            options: [
                OptionSpec("crops", .flag, "Write the crops too, as base64 JPEG. Default: false."),
                OptionSpec(
                    "identities", .flag,
                    "Write identities without faces too, a line each after those of the faces. Default: false."
                ),
            ],
            answers: [
                .init(
                    status: 200, contentType: "application/x-ndjson", schema: "ExportLine",
                    explanation: "One such object a line.")
            ], problems: [.parameterInvalid, .galleryNotFound, .overloaded])
        return Route(operation) { request in
            let name = try request.gallery()
            // Opened here, so that what can fail does so while a status can still tell.
            let snapshot = try await timed(.db) {
                try await application.store.export(name, includingCrops: request.options.flag("crops"))
            }
            let includingIdentities = request.options.flag("identities")
            return ServerResponse(
                status: .ok, headers: [.contentType: "application/x-ndjson"],
                body: .stream(contentLength: nil) { writer in
                    try await FaceApplication.write(snapshot, includingIdentities: includingIdentities) {
                        try await writer.write($0)
                    }
                })
        }
    }

    private var importFaces: Route {
        let operation = Operation(
            id: "importGallery", method: "POST", pattern: PathPattern("/galleries/{gallery}/import"),
            scope: .enroll,
            tag: "Galleries",
            summary: """
                Read faces and identities without faces, one a line as an export writes them, into a gallery: all or, where a \
                line is refused, none. Of a face `identity` and `embedding` must be there; ids that are brought are kept. An \
                identity that is there keeps its times, and its metadata unless they are empty.
                """,
            body: .lines, answers: [.json(200, "ImportAnswer", "What was added.")],
            problems: [
                .jsonInvalid, .galleryNotFound, .requestTimeout, .modelMismatch, .faceIDExists, .lineTooLong,
                .unsupportedMediaType,
                .embeddingInvalid, .importInvalid, .overloaded, .storageFull,
            ])
        return Route(operation) { request in
            let name = try request.gallery()
            try Self.checkType(request.request.head.headers)
            return .json(try await application.importFaces(request.request.body, into: name))
        }
    }

    private static let types: Set<String> = [
        "application/x-ndjson", "application/ndjson", "application/jsonl", "application/json", "text/plain",
        "application/octet-stream",
    ]

    private static func checkType(_ headers: HTTPHeaders) throws {
        try BodyForm.refuseEncoded(headers)
        guard let text = headers.text(.contentType) else { return }
        guard let type = MediaType(text), types.contains(type.essence) else {
            throw Problem(
                .unsupportedMediaType, "'\(text.excerpt)' is not taken here; send application/x-ndjson",
                headers: [.init(name: "Accept", value: "application/x-ndjson")])
        }
    }
}

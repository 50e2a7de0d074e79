import Gallery
import HTTP
import HTTPServer

/// Pictures made of embeddings. Both are refused unless the operator has switched them on: pictures that were
/// made before, too.
struct InversionRoutes {
    let application: FaceApplication

    var routes: [Route] { [invert, image] }

    private static let tag = "Administration"

    private var invert: Route {
        let most = application.configuration.inversionMaxIterations
        let usual = min(InvertRequest.defaultIterations, most)
        let operation = Operation(
            id: "invert", method: "POST", pattern: PathPattern("/admin/invert"), scope: .admin, tag: Self.tag,
            summary: """
                Make a picture of a face from an embedding, or from the searched faces of an identity: exactly one of the two \
                is given. The job's `report` is an InversionReport, its picture is at `/admin/jobs/{job}/image`.
                """,
            options: [
                OptionSpec("embedding", .embedding, "What the picture is to be made of."),
                OptionSpec("gallery", .text, "The identity's gallery."),
                OptionSpec("identity", .text, "The identity whose faces' mean the picture is made of."),
                OptionSpec(
                    "iterations", .integer(1...most), "Steps of the descent. Default: \(usual)."),
                OptionSpec("seed", .integer(0...Int.max), "Same seed, same picture. Default: 0."),
            ], body: .json, answers: [.json(202, "Job", "The job, also at `Location`.")],
            problems: [
                .parameterInvalid, .jsonInvalid, .disabled, .unsupportedMediaType, .embeddingInvalid,
                .galleryNotFound, .modelMismatch, .identityNotFound, .faceNotFound, .notImplemented,
                .overloaded,
            ])
        return Route(operation) { request in
            try application.requireInversion()
            let options = try await BodyForm.options(request)
            let body = InvertRequest(
                try Self.subject(options), iterations: options.integer("iterations") ?? usual,
                seed: UInt64(options.integer("seed") ?? 0))
            return try .accepted(try await timed(.db) { try await application.invert(body) })
        }
    }

    private static func subject(_ options: OptionValues) throws -> InvertRequest.Subject {
        let embedding = options.embedding("embedding")
        switch (embedding, options.text("gallery"), options.text("identity")) {
        case (let vector?, nil, nil): return .embedding(vector)
        case (nil, let gallery?, let identity?):
            return .identity(try IdentityName(identity), gallery: try GalleryName(gallery))
        case (nil, nil, nil):
            throw Problem.parameter("embedding", "or 'gallery' and 'identity' are required")
        case (_?, let gallery, _):
            throw Problem.parameter(
                gallery == nil ? "identity" : "gallery", "can't stand beside 'embedding'")
        case (nil, _, nil): throw Problem.parameter("identity", "is required beside 'gallery'")
        case (nil, nil, _): throw Problem.parameter("gallery", "is required beside 'identity'")
        }
    }

    private var image: Route {
        let operation = Operation(
            id: "getJobImage", method: "GET", pattern: PathPattern("/admin/jobs/{job}/image"), scope: .admin,
            tag: Self.tag,
            summary: """
                The picture that a job made. Those of the newest \(GalleryStore.pictureLimit) such jobs are kept, and none of \
                faces that were deleted or given to another identity.
                """,
            answers: [
                .init(status: 200, contentType: "image/png", schema: nil, explanation: "The picture.")
            ], problems: [.disabled, .jobNotFound, .imageNotFound])
        return Route(operation) { request in
            try application.requireInversion()
            let id = try request.jobID()
            let (job, png) = try await timed(.db) { try await application.store.picture(of: id) }
            guard let png else { throw Self.noPicture(of: job) }
            return ServerResponse(
                status: .ok, headers: [.contentType: "image/png", .cacheControl: "no-store"],
                body: .bytes(png))
        }
    }

    private static func noPicture(of job: JobRecord) -> Problem {
        let detail =
            if JobKind(rawValue: job.kind) != .invert {
                "a job of kind '\(job.kind)' makes no picture"
            } else {
                switch job.state {
                case .queued, .running: "the job is \(job.state.rawValue): its picture comes at its end"
                case .failed, .cancelled: "the job is \(job.state.rawValue) and made no picture"
                case .succeeded: "the picture of the job is not kept any more"
                }
            }
        return Problem(.imageNotFound, detail)
    }
}

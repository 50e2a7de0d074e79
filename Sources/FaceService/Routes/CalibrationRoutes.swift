import Gallery
import HTTP
import HTTPServer

/// Calibration and the threshold that it leaves behind.
struct CalibrationRoutes {
    let application: FaceApplication

    var routes: [Route] { [calibrate, clear] }

    private static let tag = "Administration"

    private var calibrate: Route {
        let operation = Operation(
            id: "calibrateGallery", method: "POST",
            pattern: PathPattern("/admin/galleries/{gallery}/calibrate"), scope: .admin, tag: Self.tag,
            summary: """
                Find the thresholds of a gallery from its own faces: scores of one person and of two, and for each \
                false match rate the threshold, where there are trials enough for it.
                """,
            options: [
                OptionSpec(
                    "apply", .number(CalibrateRequest.rates),
                    "The false match rate whose threshold becomes the gallery's. Default: only a report."),
                OptionSpec(
                    "seed", .integer(0...Int.max),
                    "Draws the photographs where there are too many to take all. Default: 0."),
            ], body: .json, answers: [.json(202, "Job", "The job, also at `Location`.")],
            problems: [
                .parameterInvalid, .jsonInvalid, .unsupportedMediaType, .galleryNotFound, .jobRunning,
                .overloaded,
            ])
        return Route(operation) { request in
            let gallery = try request.gallery()
            let options = try await BodyForm.options(request)
            var body = CalibrateRequest()
            body.apply = options.number("apply")
            if let seed = options.integer("seed") { body.seed = UInt64(seed) }
            let job = try await timed(.db) { try await application.jobs.calibrate(gallery, body) }
            return try .accepted(job)
        }
    }

    private var clear: Route {
        let operation = Operation(
            id: "clearThreshold", method: "DELETE",
            pattern: PathPattern("/admin/galleries/{gallery}/threshold"), scope: .admin, tag: Self.tag,
            summary: "Restore the model's own threshold.",
            answers: [.none("The gallery has no threshold of its own.")], problems: [.galleryNotFound])
        return Route(operation) { request in
            let gallery = try request.gallery()
            try await timed(.db) { try await application.store.clearThreshold(of: gallery) }
            return .noContent
        }
    }
}

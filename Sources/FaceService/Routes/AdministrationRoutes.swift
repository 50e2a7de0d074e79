import Encodings
import Gallery
import HTTP
import HTTPServer
import SubCenter

/// Purification, its jobs, the quarantine.
struct AdministrationRoutes {
    let application: FaceApplication

    private var store: GalleryStore { application.store }

    var routes: [Route] { [purify, listJobs, getJob, cancelJob, events, quarantine, restore] }

    private static let tag = "Administration"

    private var purify: Route {
        let operation = Operation(
            id: "purifyGallery", method: "POST", pattern: PathPattern("/admin/galleries/{gallery}/purify"),
            scope: .admin, tag: Self.tag,
            summary:
                "Start a sub-center purification: faces that do not belong to their identity are set aside.",
            options: [
                OptionSpec(
                    "method", .choice(PurifyMethod.allCases.map(\.rawValue)),
                    "How wrong faces are found. Default: kmeans where sub_centers, merge_degrees or an angle is given, else evidence. An option that means nothing to the method named is refused."
                ),
                OptionSpec(
                    "sub_centers", .integer(1...16),
                    "Sub-centers looked for in each identity, by kmeans, trained and paper. Default: 3."),
                OptionSpec(
                    "threshold_degrees", .numberOrWord(0...180, "auto"),
                    "Angle to the dominant center from which a face is set aside, over 0, by kmeans, trained and paper. Default: 75. auto finds it in the gallery, as evidence always does."
                ),
                OptionSpec(
                    "merge_degrees", .number(0...180),
                    "Sub-centers closer than this are one group, by kmeans and trained. Default: 60."),
                OptionSpec("dry_run", .flag, "Report and change nothing. Default: false."),
                OptionSpec(
                    "identities", .texts(atMost: 10_000),
                    "The identities to judge, up to 10,000. Default: all."),
                OptionSpec("seed", .integer(0...Int.max), "Same seed, same result. Default: 0."),
            ], body: .json, answers: [.json(202, "Job", "The job, also at `Location`.")],
            problems: [
                .parameterInvalid, .jsonInvalid, .unsupportedMediaType, .galleryNotFound, .identityNotFound,
                .jobRunning, .overloaded,
            ])
        return Route(operation) { request in
            let gallery = try request.gallery()
            let body = try Self.purifyRequest(try await BodyForm.options(request))
            let job = try await timed(.db) { try await application.jobs.purify(gallery, body) }
            return try .accepted(job)
        }
    }

    private static func purifyRequest(_ options: OptionValues) throws -> PurifyRequest {
        let names = ["sub_centers", "threshold_degrees", "merge_degrees"]
        var request = PurifyRequest(
            method: options.text("method").flatMap(PurifyMethod.init),
            given: Set(names.filter { options.has($0) }), isAuto: options.text("threshold_degrees") != nil)
        if let count = options.integer("sub_centers") { request.parameters.subCenters = count }
        if options.text("threshold_degrees") != nil {
            request.parameters.threshold = .auto
        } else if let degrees = options.number("threshold_degrees") {
            request.parameters.threshold = .fixed(degrees)
        }
        if let degrees = options.number("merge_degrees") { request.parameters.mergeDegrees = degrees }
        if let seed = options.integer("seed") { request.parameters.seed = UInt64(seed) }
        request.isDryRun = options.flag("dry_run")
        request.identities = try options.texts("identities")?.map { try IdentityName($0) }
        return request
    }

    private var listJobs: Route {
        let operation = Operation(
            id: "listJobs", method: "GET", pattern: PathPattern("/admin/jobs"), scope: .admin, tag: Self.tag,
            summary:
                "List the jobs, newest first; their reports without `per_identity`, `possible_duplicates`, `angles` and `histogram`.",
            options: OptionSpec.paging,
            answers: [.json(200, "JobList", "A page of jobs.")], problems: [.parameterInvalid])
        return Route(operation) { request in
            let page = try await timed(.db) { try await store.jobs(try request.options.page()) }
            return .json(
                try ListAnswer("jobs", page) {
                    try JobAnswer($0, progress: application.jobs.board.progress(of: $0.id))
                })
        }
    }

    private var getJob: Route {
        let operation = Operation(
            id: "getJob", method: "GET", pattern: PathPattern("/admin/jobs/{job}"), scope: .admin,
            tag: Self.tag,
            summary: "Read a job.", answers: [.json(200, "Job", "The job.")], problems: [.jobNotFound])
        return Route(operation) { request in
            let id = try request.jobID()
            return .json(try await timed(.db) { try await application.jobs.job(id) })
        }
    }

    private var cancelJob: Route {
        let operation = Operation(
            id: "cancelJob", method: "DELETE", pattern: PathPattern("/admin/jobs/{job}"), scope: .admin,
            tag: Self.tag, summary: "Cancel a job that is not over; nothing of it stays.",
            answers: [.json(200, "Job", "The job, cancelled.")], problems: [.jobNotFound, .jobFinished])
        return Route(operation) { request in
            let id = try request.jobID()
            return .json(try JobAnswer(try await timed(.db) { try await application.jobs.cancel(id) }))
        }
    }

    private var events: Route {
        let operation = Operation(
            id: "jobEvents", method: "GET", pattern: PathPattern("/admin/jobs/{job}/events"), scope: .admin,
            tag: Self.tag,
            summary:
                "Server-sent events, each with the job as lists show it: `progress` while it runs, `done` at its end.",
            answers: [
                .init(status: 200, contentType: "text/event-stream", schema: nil, explanation: "The events.")
            ], problems: [.jobNotFound])
        return Route(operation) { request in
            let id = try request.jobID()
            // Whether there is such a job: its whole report may be hundreds of megabytes.
            _ = try await timed(.db) { try await application.jobs.job(id, summarised: true) }
            let events = JobEvents(
                jobs: application.jobs, job: id, heartbeat: application.configuration.jobsHeartbeat)
            return ServerResponse(
                status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
                body: .stream(contentLength: nil) { writer in
                    try await events.write { try await writer.write($0) }
                })
        }
    }

    private var quarantine: Route {
        let operation = Operation(
            id: "listQuarantine", method: "GET",
            pattern: PathPattern("/admin/galleries/{gallery}/quarantine"),
            scope: .admin, tag: Self.tag,
            summary: "List the faces set aside, in the order in which they were.",
            options: OptionSpec.paging, answers: [.json(200, "QuarantineList", "A page of faces.")],
            problems: [.parameterInvalid, .galleryNotFound])
        return Route(operation) { request in
            let gallery = try request.gallery()
            let page = try await timed(.db) {
                try await store.quarantine(in: gallery, try request.options.page())
            }
            return .json(ListAnswer("faces", page) { QuarantinedFaceAnswer(record: $0) })
        }
    }

    private var restore: Route {
        let operation = Operation(
            id: "restoreFaces", method: "POST", pattern: PathPattern("/admin/galleries/{gallery}/restore"),
            scope: .admin, tag: Self.tag,
            summary:
                "Put faces back: those named, or all that a job set aside. Exactly one of the two is given.",
            options: [
                OptionSpec("face_ids", .texts(atMost: nil), "Faces to put back."),
                OptionSpec("job", .text, "The job whose faces are put back."),
            ], body: .json, answers: [.json(200, "RestoreAnswer", "The faces that were put back.")],
            problems: [
                .parameterInvalid, .jsonInvalid, .unsupportedMediaType, .galleryNotFound, .faceIDNotFound,
                .jobNotFound,
            ])
        return Route(operation) { request in
            let gallery = try request.gallery()
            let options = try await BodyForm.options(request)
            switch (options.texts("face_ids"), options.text("job")) {
            case (let texts?, nil):
                let ids = try texts.map { try FaceID(named: $0) }
                return .json(
                    RestoreAnswer(
                        restored: try await timed(.db) { try await store.restore(ids, in: gallery) }))
            case (nil, let text?):
                guard let job = JobID(text) else { throw Problem(.jobNotFound, "there is no job of that id") }
                return .json(
                    RestoreAnswer(
                        restored: try await timed(.db) { try await store.restore(job: job, in: gallery) }))
            case (nil, nil): throw Problem.parameter("face_ids", "or 'job' is required")
            case (_?, _?): throw Problem.parameter("job", "can't stand beside 'face_ids'")
            }
        }
    }
}

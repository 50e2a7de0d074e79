import Gallery
import HTTP
import HTTPServer

/// Enrolled faces.
struct FaceRoutes {
    let application: FaceApplication

    private var store: GalleryStore { application.store }

    var routes: [Route] { [enrol, list, move, get, delete, crop] }

    private static let pattern = PathPattern("/galleries/{gallery}/identities/{identity}/faces")
    private static let facePattern = PathPattern("/galleries/{gallery}/faces/{face_id}")

    private static let enrolOptions: [OptionSpec] =
        OptionSpec.faces(defaultMaximum: "1").filter { $0.name != "crop" } + [
            OptionSpec(
                "select", .choice(["largest"]),
                "largest: of more faces than max_faces the largest are taken. Default: such an image is rejected (`multiple_faces`)."
            ),
            OptionSpec("atomic", .flag, "One rejected input rejects all. Default: false."),
            OptionSpec(
                "on_conflict", .choice(["reject", "accept"]),
                "reject: a face is rejected (`identity_conflict`) that is nearer to another identity than to its own, that one being at or over the threshold; equally near is not nearer, and what was enrolled before is a duplicate. Default: accept."
            ),
            OptionSpec(
                "min_face_size", .number(0...65_536),
                "Least shorter side of the box in pixels, else `face_too_small`. Default: none. With max_faces over 1 one face that falls short rejects its whole image, by this as by the limits below; none of them goes with an embedding."
            ),
            OptionSpec(
                "min_sharpness", .number(0...1e9), "Least sharpness, else `low_sharpness`. Default: none."),
            OptionSpec(
                "max_yaw", .number(0...180), "Degrees to either side, else `extreme_pose`. Default: none."),
            OptionSpec(
                "max_pitch", .number(0...180), "Degrees to either side, else `extreme_pose`. Default: none."),
            OptionSpec(
                "max_roll", .number(0...180), "Degrees to either side, else `extreme_pose`. Default: none."),
            .metadata("Any JSON object, kept with each face."),
        ]

    private static func options(_ values: OptionValues) throws -> EnrolOptions {
        var options = EnrolOptions()
        options.maxFaces = values.integer("max_faces") ?? 1
        options.minScore = values.float("min_score")
        options.minSize = values.float("min_size") ?? 0
        options.aligned = values.flag("aligned")
        options.selectsLargest = values.text("select") == "largest"
        options.isAtomic = values.flag("atomic")
        options.rejectsConflicts = values.text("on_conflict") == "reject"
        options.minFaceSize = values.float("min_face_size")
        options.minSharpness = values.float("min_sharpness")
        options.maxYaw = values.float("max_yaw")
        options.maxPitch = values.float("max_pitch")
        options.maxRoll = values.float("max_roll")
        options.metadata = try values.metadata() ?? .empty
        return options
    }

    private var enrol: Route {
        let operation = Operation(
            id: "enrolFaces", method: "POST", pattern: Self.pattern, scope: .enroll, tag: "Galleries",
            summary: """
                Enrol the faces of one or several images as an identity, which is created when new. Good inputs are \
                enrolled though others are rejected; when none is left the request is refused and nothing changes.
                """,
            options: Self.enrolOptions, body: .images(allowsEmbedding: true),
            answers: [.json(201, "EnrolAnswer", "What was enrolled and what was rejected.")],
            problems: [
                .parameterInvalid, .jsonInvalid, .multipartInvalid, .imageMissing, .galleryNotFound,
                .modelMismatch,
                .bodyTooLarge, .imageTooLarge, .unsupportedMediaType, .imageInvalid, .embeddingInvalid,
                .faceNotFound,
                .multipleFaces, .faceTooSmall, .lowSharpness, .extremePose, .identityConflict, .notEnrolled,
                .overloaded, .storageFull,
            ])
        return Route(operation) { request in
            let gallery = try request.gallery()
            let identity = try request.identity()
            let forms = try await ImageForms.read(
                request, operation.body, imageLimit: application.configuration.inferenceMaxImages)
            let answer = try await application.enrol(
                forms.entries.map(\.input), as: identity, in: gallery, try Self.options(forms.options))
            return .json(answer, status: 201)
        }
    }

    private var list: Route {
        let operation = Operation(
            id: "listFaces", method: "GET", pattern: Self.pattern, scope: .recognize, tag: "Galleries",
            summary: "List the faces of an identity in order of enrolment; quarantined ones are marked.",
            options: OptionSpec.paging, answers: [.json(200, "FaceList", "A page of faces.")],
            problems: [.parameterInvalid, .galleryNotFound, .identityNotFound])
        return Route(operation) { request in
            let gallery = try request.gallery()
            let identity = try request.identity()
            let page = try await timed(.db) {
                try await store.faces(of: identity, in: gallery, try request.options.page())
            }
            return .json(try ListAnswer("faces", page) { try FaceRecordAnswer($0) })
        }
    }

    private var move: Route {
        let operation = Operation(
            id: "moveFaces", method: "POST",
            pattern: PathPattern("/galleries/{gallery}/identities/{identity}/move"), scope: .enroll,
            tag: "Galleries",
            summary: """
                Give faces to an identity, which is created when new: those named, or all of another identity. Exactly one \
                of the two is given. No embedding changes and no face is deleted; pictures made of an identity that faces \
                leave go. Refused while the gallery has a job.
                """,
            options: [
                OptionSpec(
                    "face_ids", .texts(atMost: 10_000),
                    "The faces, up to 10,000; those that were set aside are searched again."),
                OptionSpec(
                    "from", .text,
                    "Another identity. All its faces come, those set aside stay so, and it goes, unless duplicates stay in it; its metadata come where there are none. Where the identity of the path is new, this one gets its name and keeps all else."
                ),
            ], body: .json, answers: [.json(200, "MoveAnswer", "What came and what stayed.")],
            problems: [
                .parameterInvalid, .jsonInvalid, .unsupportedMediaType, .galleryNotFound, .identityNotFound,
                .faceIDNotFound, .jobRunning, .storageFull,
            ])
        return Route(operation) { request in
            let gallery = try request.gallery()
            let identity = try request.identity()
            let options = try await BodyForm.options(request)
            switch (options.texts("face_ids"), options.text("from")) {
            case (let texts?, nil):
                guard !texts.isEmpty else { throw Problem.parameter("face_ids", "must name a face") }
                let ids = try texts.map { try FaceID(named: $0) }
                let (faces, record) = try await timed(.db) {
                    try await application.jobs.moveFaces(ids, to: identity, in: gallery)
                }
                return .json(try MoveAnswer(faces, record))
            case (nil, let text?):
                let source = try Self.source(text)
                guard source != identity else {
                    throw Problem.parameter("from", "is the identity that the faces are given to")
                }
                do {
                    let (faces, record) = try await timed(.db) {
                        try await application.jobs.mergeIdentity(source, into: identity, in: gallery)
                    }
                    return .json(try MoveAnswer(faces, record))
                } catch GalleryError.identityNotFound {
                    throw Problem(
                        .identityNotFound, "the gallery '\(gallery)' has no identity of the name in 'from'")
                }
            case (nil, nil): throw Problem.parameter("face_ids", "or 'from' is required")
            case (_?, _?): throw Problem.parameter("from", "can't stand beside 'face_ids'")
            }
        }
    }

    /// - Throws: `Problem` naming the option.
    private static func source(_ text: String) throws -> IdentityName {
        do {
            return try IdentityName(text)
        } catch GalleryError.nameInvalid(_, let reason) {
            throw Problem.parameter("from", "is no valid name: \(reason)")
        }
    }

    private var get: Route {
        let operation = Operation(
            id: "getFace", method: "GET", pattern: Self.facePattern, scope: .recognize, tag: "Galleries",
            summary: "Read an enrolled face.",
            options: [
                OptionSpec("embedding", .flag, "Answer the vector too. Default: false."), .embeddingFormat,
            ], answers: [.json(200, "EnrolledFace", "The face.")],
            problems: [.parameterInvalid, .galleryNotFound, .faceIDNotFound])
        return Route(operation) { request in
            let gallery = try request.gallery()
            let id = try request.faceID()
            return try await timed(.db) {
                let record = try await store.face(id, in: gallery)
                let embedding =
                    request.options.flag("embedding") ? try await store.embedding(of: id, in: gallery) : nil
                return .json(
                    try FaceRecordAnswer(
                        record, embedding: embedding, format: request.options.embeddingFormat))
            }
        }
    }

    private var delete: Route {
        let operation = Operation(
            id: "deleteFace", method: "DELETE", pattern: Self.facePattern, scope: .enroll, tag: "Galleries",
            summary: "Delete an enrolled face and the pictures made of its identity.",
            answers: [.none("The face is gone.")],
            problems: [.galleryNotFound, .faceIDNotFound])
        return Route(operation) { request in
            let gallery = try request.gallery()
            let id = try request.faceID()
            try await timed(.db) { try await application.jobs.deleteFace(id, in: gallery) }
            return .noContent
        }
    }

    private var crop: Route {
        let operation = Operation(
            id: "getCrop", method: "GET", pattern: PathPattern("/galleries/{gallery}/faces/{face_id}/crop"),
            scope: .recognize, tag: "Galleries", summary: "The aligned crop of an enrolled face.",
            answers: [
                .init(status: 200, contentType: "image/jpeg", schema: nil, explanation: "The crop.")
            ], problems: [.galleryNotFound, .faceIDNotFound, .cropNotFound])
        return Route(operation) { request in
            let gallery = try request.gallery()
            let id = try request.faceID()
            let bytes = try await timed(.db) { try await store.crop(of: id, in: gallery) }
            return ServerResponse(status: .ok, headers: [.contentType: "image/jpeg"], body: .bytes(bytes))
        }
    }
}

import Gallery
import HTTP
import HTTPServer

/// Galleries and their identities.
struct GalleryRoutes {
    let application: FaceApplication

    private var store: GalleryStore { application.store }

    var routes: [Route] {
        [
            list, put, get, delete, listIdentities, putIdentity, getIdentity, deleteIdentity,
        ]
    }

    private static let metadata = OptionSpec.metadata("Any JSON object; replaces what was there.")

    private func answer(_ record: GalleryRecord) throws -> GalleryAnswer {
        // A cosine of one model says nothing about another's.
        let isOwn = record.model.matches(application.modelContract)
        return try GalleryAnswer(
            record, modelThreshold: isOwn ? application.recognition.model.threshold : nil)
    }

    private var list: Route {
        let operation = Operation(
            id: "listGalleries", method: "GET", pattern: PathPattern("/galleries"), scope: .recognize,
            tag: "Galleries", summary: "List the galleries by name.", options: OptionSpec.paging,
            answers: [.json(200, "GalleryList", "A page of galleries.")], problems: [.parameterInvalid])
        return Route(operation) { request in
            let page = try await timed(.db) { try await store.galleries(try request.options.page()) }
            return .json(try ListAnswer("galleries", page, answer))
        }
    }

    private var put: Route {
        let operation = Operation(
            id: "putGallery", method: "PUT", pattern: PathPattern("/galleries/{gallery}"), scope: .enroll,
            tag: "Galleries",
            summary: "Create a gallery for the model that runs, or update the one that is there.",
            options: [
                OptionSpec(
                    "description", .prose(0...4_096), "For people; an empty text takes away what was there."),
                Self.metadata,
            ], body: .json,
            answers: [
                .json(201, "Gallery", "The gallery was created."),
                .json(200, "Gallery", "The gallery was there."),
            ], problems: [.parameterInvalid, .jsonInvalid, .unsupportedMediaType, .modelMismatch])
        return Route(operation) { request in
            let name = try request.gallery()
            let options = try await BodyForm.options(request)
            let metadata = try options.metadata()
            let (gallery, isNew) = try await timed(.db) {
                try await store.putGallery(
                    name, model: application.modelContract, description: options.text("description"),
                    metadata: metadata)
            }
            return .json(try answer(gallery), status: isNew ? 201 : 200)
        }
    }

    private var get: Route {
        let operation = Operation(
            id: "getGallery", method: "GET", pattern: PathPattern("/galleries/{gallery}"), scope: .recognize,
            tag: "Galleries", summary: "Read a gallery.", answers: [.json(200, "Gallery", "The gallery.")],
            problems: [.galleryNotFound])
        return Route(operation) { request in
            let name = try request.gallery()
            return .json(try answer(try await timed(.db) { try await store.gallery(name) }))
        }
    }

    private var delete: Route {
        let operation = Operation(
            id: "deleteGallery", method: "DELETE", pattern: PathPattern("/galleries/{gallery}"),
            scope: .enroll,
            tag: "Galleries",
            summary: "Delete a gallery with all its identities and faces; its jobs are cancelled.",
            answers: [.none("The gallery is gone.")], problems: [.galleryNotFound])
        return Route(operation) { request in
            let name = try request.gallery()
            try await timed(.db) { try await application.jobs.deleteGallery(name) }
            return .noContent
        }
    }

    private var listIdentities: Route {
        let operation = Operation(
            id: "listIdentities", method: "GET", pattern: PathPattern("/galleries/{gallery}/identities"),
            scope: .recognize, tag: "Galleries", summary: "List the identities of a gallery by name.",
            options: OptionSpec.paging, answers: [.json(200, "IdentityList", "A page of identities.")],
            problems: [.parameterInvalid, .galleryNotFound])
        return Route(operation) { request in
            let name = try request.gallery()
            let page = try await timed(.db) {
                try await store.identities(in: name, try request.options.page())
            }
            return .json(try ListAnswer("identities", page) { try IdentityAnswer($0) })
        }
    }

    private static let identityPattern = PathPattern("/galleries/{gallery}/identities/{identity}")

    private var putIdentity: Route {
        let operation = Operation(
            id: "putIdentity", method: "PUT", pattern: Self.identityPattern, scope: .enroll, tag: "Galleries",
            summary: "Create an identity, or update its metadata.", options: [Self.metadata], body: .json,
            answers: [
                .json(201, "Identity", "The identity was created."),
                .json(200, "Identity", "The identity was there."),
            ], problems: [.parameterInvalid, .jsonInvalid, .unsupportedMediaType, .galleryNotFound])
        return Route(operation) { request in
            let name = try request.gallery()
            let identity = try request.identity()
            let metadata = try await BodyForm.options(request).metadata()
            let (record, isNew) = try await timed(.db) {
                try await store.putIdentity(identity, in: name, metadata: metadata)
            }
            return .json(try IdentityAnswer(record), status: isNew ? 201 : 200)
        }
    }

    private var getIdentity: Route {
        let operation = Operation(
            id: "getIdentity", method: "GET", pattern: Self.identityPattern, scope: .recognize,
            tag: "Galleries",
            summary: "Read an identity.", answers: [.json(200, "Identity", "The identity.")],
            problems: [.galleryNotFound, .identityNotFound])
        return Route(operation) { request in
            let name = try request.gallery()
            let identity = try request.identity()
            return .json(
                try IdentityAnswer(try await timed(.db) { try await store.identity(identity, in: name) }))
        }
    }

    private var deleteIdentity: Route {
        let operation = Operation(
            id: "deleteIdentity", method: "DELETE", pattern: Self.identityPattern, scope: .enroll,
            tag: "Galleries",
            summary: "Delete an identity with all its faces and the pictures made of them.",
            answers: [.none("The identity is gone.")],
            problems: [.galleryNotFound, .identityNotFound])
        return Route(operation) { request in
            let name = try request.gallery()
            let identity = try request.identity()
            try await timed(.db) { try await application.jobs.deleteIdentity(identity, in: name) }
            return .noContent
        }
    }
}

import Gallery
import HTTPServer

/// `/detect`, `/embed`, `/verify`, `/identify`.
struct RecognitionRoutes {
    let application: FaceApplication

    private var recognition: FaceRecognition { application.recognition }

    var routes: [Route] { [detect, embed, verify, identify] }

    private static let imageProblems: [ProblemCode] = [
        .parameterInvalid, .jsonInvalid, .multipartInvalid, .imageMissing, .bodyTooLarge, .imageTooLarge,
        .unsupportedMediaType, .imageInvalid, .overloaded,
    ]

    private func read(_ request: RouteRequest, _ body: Operation.Body) async throws -> ImageForms {
        try await ImageForms.read(
            request, body, imageLimit: application.configuration.inferenceMaxImages)
    }

    /// The one image of a request that takes nothing else.
    private static func image(_ entry: ImageForms.Entry) -> [UInt8] {
        guard case .image(let bytes) = entry.input else {
            preconditionFailure("the form of this operation admits no embedding")
        }
        return bytes
    }

    private var detect: Route {
        let operation = Operation(
            id: "detect", method: "POST", pattern: PathPattern("/detect"), scope: .recognize,
            tag: "Recognition",
            summary: "Find the faces in an image; no face is an empty list.",
            options: OptionSpec.faces(defaultMaximum: "all"), body: .image(allowsEmbedding: false),
            answers: [.json(200, "DetectAnswer", "The faces, largest first.")], problems: Self.imageProblems)
        return Route(operation) { request in
            let forms = try await read(request, operation.body)
            return .json(try await recognition.detect(Self.image(forms.entries[0]), forms.options.face))
        }
    }

    private var embed: Route {
        let operation = Operation(
            id: "embed", method: "POST", pattern: PathPattern("/embed"), scope: .recognize,
            tag: "Recognition",
            summary: """
                Make embeddings of the faces in an image. With `images`, or several parts `image`, the answer is \
                `results`: an answer or a problem for each image, in order.
                """,
            options: OptionSpec.faces(defaultMaximum: "all") + [.embeddingFormat],
            body: .images(allowsEmbedding: false),
            answers: [.json(200, "EmbedAnswer", "The faces with their embeddings, largest first.")],
            problems: Self.imageProblems + [.faceNotFound])
        return Route(operation) { request in
            let forms = try await read(request, operation.body)
            let images = forms.entries.map(Self.image)
            let format = forms.options.embeddingFormat
            if forms.isList {
                return .json(try await recognition.embed(images, forms.options.face, format: format))
            }
            return .json(try await recognition.embed(images[0], forms.options.face, format: format))
        }
    }

    private var verify: Route {
        let operation = Operation(
            id: "verify", method: "POST", pattern: PathPattern("/verify"), scope: .recognize,
            tag: "Recognition",
            summary: """
                Hold two faces against each other (`image1`, `image2`), or one (`image`) against an enrolled \
                identity, of which the nearest face counts. Embeddings may stand for images; they are to be \
                L2-normalised (length within 0.01 of 1) and of the model's dimension.
                """,
            options: OptionSpec.faces(defaultMaximum: "1; with more, the most similar faces count") + [
                .threshold, OptionSpec("gallery", .text, "Gallery of the identity; only with `identity`."),
                OptionSpec("identity", .text, "Identity to hold the face against; only with `gallery`."),
            ], body: .pair, answers: [.json(200, "VerifyAnswer", "How similar the faces are.")],
            problems: Self.imageProblems
                + [.embeddingInvalid, .faceNotFound, .galleryNotFound, .identityNotFound, .modelMismatch])
        return Route(operation) { request in
            let forms = try await read(request, operation.body)
            var options = forms.options.face
            options.maxFaces = options.maxFaces ?? 1
            let threshold = forms.options.float("threshold")
            switch (forms.options.text("gallery"), forms.options.text("identity")) {
            case (nil, nil):
                let (one, other) = try Self.pair(forms)
                return .json(try await recognition.verify(one, other, options, threshold: threshold))
            case (let gallery?, let identity?):
                return .json(
                    try await application.verify(
                        try Self.single(forms), against: try IdentityName(identity),
                        in: try GalleryName(gallery),
                        options, threshold: threshold))
            case (nil, _): throw Problem.parameter("gallery", "is required with 'identity'")
            case (_, nil): throw Problem.parameter("identity", "is required with 'gallery'")
            }
        }
    }

    private static func pair(_ forms: ImageForms) throws -> (FaceInput, FaceInput) {
        func find(_ name: String) -> FaceInput? { forms.entries.first { $0.name == name }?.input }
        guard forms.entries.count == 2, let one = find("image1"), let other = find("image2") else {
            throw Problem(
                .imageMissing,
                "a pair is needed: image1 and image2 (or embedding1, embedding2), or gallery and identity")
        }
        return (one, other)
    }

    private static func single(_ forms: ImageForms) throws -> FaceInput {
        guard forms.entries.count == 1, forms.entries[0].name == "image" else {
            throw Problem(.imageMissing, "one image or embedding is needed where an identity is named")
        }
        return forms.entries[0].input
    }

    private var identify: Route {
        let operation = Operation(
            id: "identify", method: "POST", pattern: PathPattern("/identify"), scope: .recognize,
            tag: "Recognition",
            summary:
                "Say for each face which identities of a gallery it may belong to; nobody is `unknown`, no error.",
            options: OptionSpec.faces(defaultMaximum: "all") + [
                OptionSpec("gallery", .text, "The gallery to search.", isRequired: true),
                OptionSpec("top", .integer(1...1_000), "Distinct identities a face. Default: 5."), .threshold,
            ], body: .image(allowsEmbedding: true),
            answers: [.json(200, "IdentifyAnswer", "The matches of each face, best first.")],
            problems: Self.imageProblems + [
                .embeddingInvalid, .faceNotFound, .galleryNotFound, .modelMismatch,
            ])
        return Route(operation) { request in
            let forms = try await read(request, operation.body)
            var search = FaceApplication.IdentifyOptions()
            search.top = forms.options.integer("top") ?? search.top
            search.threshold = forms.options.float("threshold")
            return .json(
                try await application.identify(
                    forms.entries[0].input, in: try GalleryName(forms.options.text("gallery")!),
                    forms.options.face,
                    search))
        }
    }
}

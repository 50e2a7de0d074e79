import Faces
import Imaging

extension FaceRecognition {
    /// The faces of an image; none is an empty list.
    package func detect(_ image: [UInt8], _ options: FaceOptions) async throws -> DetectAnswer {
        try await queue.admitted {
            if options.crop || options.aligned {
                let (width, height, crops) = try await cut(image, options)
                let faces = crops.map { FaceAnswer($0, cropQuality: options.crop ? cropQuality : nil) }
                return DetectAnswer(width: width, height: height, faces: faces)
            }
            let (width, height, faces) = try await onWorker { [analyzer, decodeLimits] timings in
                let (source, picture) = try timings.measure(.decode) {
                    let source = try SourceImage(bytes: image, limits: decodeLimits)
                    return (source, try source.decodePicture())
                }
                let faces = try timings.measure(.detect) {
                    try analyzer.detect(
                        in: picture, mayBeTurned: !source.carriesOrientation,
                        options: DetectionOptions(options))
                }
                return (source.width, source.height, faces)
            }
            return DetectAnswer(width: width, height: height, faces: faces.map { FaceAnswer($0) })
        }
    }

    /// The faces of an image with their embeddings; none is `face_not_found`.
    package func embed(
        _ image: [UInt8], _ options: FaceOptions, format: EmbeddingFormat = .numbers
    ) async throws -> EmbedAnswer {
        try await queue.admitted { try await embedAdmitted(image, options, format) }
    }

    /// An answer or a problem for each image, in order; the request takes one place in the queue for all.
    package func embed(
        _ images: [[UInt8]], _ options: FaceOptions, format: EmbeddingFormat = .numbers
    ) async throws -> EmbedManyAnswer {
        try await queue.admitted {
            let results = try await mapConcurrently(images, width: queue.limits.workers) { image in
                do {
                    return EmbedManyAnswer.Entry.answer(try await self.embedAdmitted(image, options, format))
                } catch let error where !(error is CancellationError) {
                    // What only the service can be blamed for fails the whole request; an image that can't be
                    // used is an entry of the answer.
                    let problem = ProblemMapping.problem(for: error)
                    guard problem.code.status < 500 else { throw error }
                    return .problem(problem)
                }
            }
            return EmbedManyAnswer(results: results)
        }
    }

    private func embedAdmitted(
        _ image: [UInt8], _ options: FaceOptions, _ format: EmbeddingFormat
    ) async throws -> EmbedAnswer {
        let analysis = try await analyse(image, options)
        guard !analysis.faces.isEmpty else { throw Problem(.faceNotFound, "no face was found in the image") }
        let faces = analysis.faces.map {
            EmbeddedFaceAnswer($0, format: format, cropQuality: options.crop ? cropQuality : nil)
        }
        return EmbedAnswer(model: model, width: analysis.width, height: analysis.height, faces: faces)
    }

    /// Holds two faces against each other. Where an image has several and `maxFaces` admits them, the two
    /// that are most alike count.
    package func verify(
        _ first: FaceInput, _ second: FaceInput, _ options: FaceOptions, threshold: Float? = nil,
        names: (String, String) = ("image1", "image2")
    ) async throws -> VerifyAnswer {
        let (similarity, a, b) = try await queue.admitted {
            async let one = candidates(first, options, name: names.0)
            async let other = candidates(second, options, name: names.1)
            return try await mostAlike(one, other)
        }
        return VerifyAnswer(
            model: model, similarity: similarity, threshold: threshold ?? model.threshold,
            faces: [
                a.answer(cropQuality: options.crop ? cropQuality : nil),
                b.answer(cropQuality: options.crop ? cropQuality : nil),
            ])
    }

    /// The pair of faces with the largest similarity, the first of equal ones. Two crowds are a worker's
    /// work.
    private func mostAlike(
        _ one: [ProbeFace], _ other: [ProbeFace]
    ) async throws -> (similarity: Float, ProbeFace, ProbeFace) {
        @Sendable func pair() -> (similarity: Float, ProbeFace, ProbeFace) {
            let best = Cosine.mostAlike(one.map(\.vector), other.map(\.vector))
            return (best.similarity, one[best.first], other[best.second])
        }
        if one.count == 1, other.count == 1 { return pair() }
        return try await queue.analyse(pair)
    }

    /// The faces of one input, at least one; `name` tells the images of a pair apart in errors.
    func candidates(
        _ input: FaceInput, _ options: FaceOptions, name: String? = nil
    ) async throws -> [ProbeFace] {
        switch input {
        case .embedding(let vector):
            return [ProbeFace(vector: try EmbeddingCheck.unit(vector, dimension: model.dimension), face: nil)]
        case .image(let bytes):
            return try await naming(name) {
                let analysis = try await analyse(bytes, options)
                guard !analysis.faces.isEmpty else {
                    throw Problem(.faceNotFound, "no face was found in the image")
                }
                return analysis.faces.map { ProbeFace(vector: $0.embedding.vector, face: $0) }
            }
        }
    }

    /// What `work` finds wrong with an image, with the image's name before it; an error that is not the
    /// image's stays as it is.
    private func naming<R>(_ name: String?, _ work: () async throws -> R) async throws -> R {
        do { return try await work() } catch let error where !(error is CancellationError) {
            let problem = ProblemMapping.problem(for: error)
            guard let name, problem.code.status < 500 else { throw error }
            throw Problem(
                problem.code, "\(name): \(problem.detail)", headers: problem.headers,
                extensions: problem.extensions)
        }
    }
}

/// A face to be compared: its unit vector, and where it was seen if it was.
struct ProbeFace: Sendable {
    let vector: [Float]
    let face: AnalysedFace?

    func answer(cropQuality: Int?) -> FaceAnswer? {
        face.map { FaceAnswer($0.crop, cropQuality: cropQuality) }
    }
}

import Encodings
import Faces
import Gallery

/// One enrolment under way: whose faces, where they go and by which rules.
struct Enrolment: Sendable {
    let application: FaceApplication
    let identity: IdentityName
    let gallery: GalleryName
    let options: EnrolOptions
    /// How near another identity has to be to be in conflict.
    let conflictThreshold: Float

    private var store: GalleryStore { application.store }

    func run(_ inputs: [FaceInput]) async throws -> EnrolAnswer {
        let queue = application.recognition.queue
        let numbered = Array(inputs.enumerated())
        let outcomes = try await queue.admitted {
            try await mapConcurrently(numbered, width: queue.limits.workers) { index, input in
                try await outcome(of: input, index)
            }
        }
        guard options.rejectsConflicts else { return try await keep(outcomes) }
        return try await application.conflicts.pass(gallery) {
            var judged: [Outcome] = []
            for (index, outcome) in outcomes.enumerated() {
                judged.append(try await refusingConflicts(outcome, index))
            }
            return try await keep(judged)
        }
    }

    private func keep(_ outcomes: [Outcome]) async throws -> EnrolAnswer {
        let rejected = outcomes.compactMap(\.rejection)
        let accepted = outcomes.flatMap(\.candidates)
        guard !accepted.isEmpty, rejected.isEmpty || !options.isAtomic else { throw refusal(rejected) }
        let enrolled = try await store(accepted)
        return EnrolAnswer(faces: enrolled, rejected: rejected)
    }

    /// A face that may be enrolled, or one that was before.
    private enum Candidate: Sendable {
        case new(index: Int, NewFace)
        case known(index: Int, FaceRecord)
    }

    private enum Outcome: Sendable {
        case accepted([Candidate])
        case rejected(EnrolAnswer.Rejection)

        var candidates: [Candidate] { if case .accepted(let faces) = self { faces } else { [] } }

        var rejection: EnrolAnswer.Rejection? {
            if case .rejected(let rejection) = self { rejection } else { nil }
        }
    }

    private func outcome(of input: FaceInput, _ index: Int) async throws -> Outcome {
        try await outcome(of: index) {
            switch input {
            case .embedding(let vector): return [try await candidate(index, vector)]
            case .image(let bytes): return try await faces(index, bytes)
            }
        }
    }

    /// The outcome with a conflict of one of its new faces as a rejection.
    private func refusingConflicts(_ outcome: Outcome, _ index: Int) async throws -> Outcome {
        guard case .accepted(let faces) = outcome else { return outcome }
        return try await self.outcome(of: index) {
            for case .new(_, let face) in faces {
                try await refuseConflict(face.embedding)
            }
            return faces
        }
    }

    /// What `work` makes of an input; problems that are the input's reject it.
    private func outcome(of index: Int, _ work: () async throws -> [Candidate]) async throws -> Outcome {
        do {
            return .accepted(try await work())
        } catch let error where !(error is CancellationError) {
            let problem = ProblemMapping.problem(for: error)
            guard problem.code.status < 500 else { throw error }
            return .rejected(.init(index: index, problem: problem))
        }
    }

    private func candidate(_ index: Int, _ vector: [Float]) async throws -> Candidate {
        let unit = try EmbeddingCheck.unit(vector, dimension: application.recognition.model.dimension)
        let hash = ContentHash(ofVector: unit)
        if let known = try await known(hash).first {
            return .known(index: index, known)
        }
        return .new(
            index: index,
            NewFace(embedding: unit, source: FaceSource(hash: hash), metadata: options.metadata))
    }

    private func faces(_ index: Int, _ bytes: [UInt8]) async throws -> [Candidate] {
        let hash = ContentHash(of: bytes)
        let known = try await known(hash)
        if options.maxFaces == 1, let first = known.first { return [.known(index: index, first)] }
        let analysis = try await application.recognition.analyse(bytes, options.detection)
        guard !analysis.faces.isEmpty else { throw Problem(.faceNotFound, "no face was found in the image") }
        // By their places: which of the faces are asked for differs from request to request.
        var places = KnownPlaces(known)
        let configuration = application.configuration
        let cropQuality = configuration.galleriesKeepCrops ? configuration.galleriesCropQuality : nil
        return try analysis.faces.map { face in
            if let record = places.take(FaceDetails.Box(face.face.box)) {
                return .known(index: index, record)
            }
            try refusePoorQuality(face.quality)
            return .new(
                index: index,
                NewFace(
                    face, source: FaceSource(hash: hash, index: places.nextIndex()),
                    metadata: options.metadata,
                    cropQuality: cropQuality))
        }
    }

    private func known(_ content: ContentHash) async throws -> [FaceRecord] {
        try await timed(.db) { try await store.faces(from: content, of: identity, in: gallery) }
    }

    private func refusePoorQuality(_ quality: FaceQuality) throws {
        if let least = options.minFaceSize, quality.faceSize < least {
            throw Problem(
                .faceTooSmall, "the face measures \(quality.faceSize) pixels, at least \(least) are asked for"
            )
        }
        if let least = options.minSharpness, quality.sharpness < least {
            throw Problem(
                .lowSharpness, "the sharpness is \(quality.sharpness), at least \(least) is asked for")
        }
        let turns = [
            ("yaw", quality.yaw, options.maxYaw), ("pitch", quality.pitch, options.maxPitch),
            ("roll", quality.roll, options.maxRoll),
        ]
        for (name, degrees, most) in turns {
            if let most, abs(degrees) > most {
                throw Problem(
                    .extremePose,
                    "the \(name) is \(degrees) degrees, at most \(most) to either side are asked for")
            }
        }
    }

    /// A face conflicts when another identity is as near as the threshold and nearer than its own.
    private func refuseConflict(_ vector: [Float]) async throws {
        // One that is deleted or renamed between the search and the look-up is searched for again.
        for _ in 0..<8 {
            let found = try await timed(.search) {
                try await store.search(
                    vector, in: gallery, model: application.modelContract, top: 1,
                    threshold: conflictThreshold)
            }
            guard let nearest = found.matches.first, nearest.identity != identity else { return }
            // Both by the same arithmetic, or equally near ones would differ in their last digit.
            guard let other = try await similarity(vector, to: nearest.identity) else { continue }
            if let own = try await similarity(vector, to: identity), own >= other { return }
            throw Problem(
                .identityConflict,
                "another identity is nearer than its own, with a similarity of \(nearest.similarity)")
        }
        throw Problem(
            .overloaded, "identities change too fast to tell whether one of them is nearer",
            headers: [.init(name: "Retry-After", value: "1")])
    }

    /// To the best of an identity's faces; nil where it has none.
    private func similarity(_ vector: [Float], to identity: IdentityName) async throws -> Float? {
        do {
            return try await timed(.db) {
                try await store.bestMatch(
                    for: vector, of: identity, in: gallery, model: application.modelContract)?.similarity
            }
        } catch GalleryError.identityNotFound {
            return nil
        }
    }

    private func store(_ candidates: [Candidate]) async throws -> [EnrolAnswer.Face] {
        let new = candidates.compactMap { if case .new(_, let face) = $0 { face } else { nil } }
        var enrolled: ArraySlice<Gallery.EnrolledFace> = []
        if !new.isEmpty {
            enrolled = try await timed(.db) {
                try await store.enroll(new, as: identity, in: gallery, model: application.modelContract)
            }[...]
        }
        return candidates.map { candidate in
            switch candidate {
            case .known(let index, let record):
                EnrolAnswer.Face(
                    index: index, faceID: record.id, details: record.details, norm: record.norm,
                    isDuplicate: true, isQuarantined: record.quarantine != nil)
            case .new(let index, let face):
                EnrolAnswer.Face(index: index, face, enrolled.removeFirst())
            }
        }
    }

    /// The problem of an enrolment of nothing: the code of the rejections where they share one.
    private func refusal(_ rejected: [EnrolAnswer.Rejection]) -> Problem {
        let codes = Set(rejected.map(\.problem.code))
        let code = codes.count == 1 ? codes.first! : .notEnrolled
        let detail =
            rejected.count == 1 ? rejected[0].problem.detail : "\(rejected.count) inputs were rejected"
        return Problem(code, detail, extensions: [.init(key: "rejected", value: rejected.json)])
    }
}

extension EnrolAnswer.Face {
    fileprivate init(index: Int, _ face: NewFace, _ enrolled: Gallery.EnrolledFace) {
        self.init(
            index: index, faceID: enrolled.id, details: face.details, norm: face.norm,
            isDuplicate: enrolled.isDuplicate, isQuarantined: enrolled.isQuarantined)
    }
}

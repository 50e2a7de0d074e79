import Encodings
import Faces
import Gallery
import HTTP
import HTTPServer
import Imaging
import Inference
import SubCenter

/// The one place where the errors of all modules become answers. What is not known here is a 500 without
/// inner text; the log has the rest under the request's id.
package enum ProblemMapping {
    /// The problem that `error` is answered with.
    package static func problem(for error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let error as JSONError:
            Problem(.jsonInvalid, "line \(error.line), byte \(error.offset): \(error.reason)")
        case let error as MultipartError: Problem(.multipartInvalid, error.description)
        case let error as BodyError: problem(body: error)
        case let error as ImagingError: problem(image: error)
        case let error as FacesError: problem(faces: error)
        case let error as GalleryError: problem(gallery: error)
        case let error as PurifyError: problem(purify: error)
        case let error as QueueRefusal: problem(queue: error)
        case is CancellationError: .clientGone
        default: .unknown
        }
    }

    /// The problem of a request that the server refused before a handler saw it.
    package static func problem(status: Int, detail: String) -> Problem {
        let code: ProblemCode =
            switch status {
            case 400: .badRequest
            case 408: .requestTimeout
            case 413: .bodyTooLarge
            case 414: .uriTooLong
            case 417: .expectationFailed
            case 429: .rateLimited
            case 431: .headersTooLarge
            case 501: .notImplemented
            case 503: .overloaded
            case 505: .versionNotSupported
            default: status < 500 ? .badRequest : .internal
            }
        let retry = code == .overloaded ? [Problem.Header(name: "Retry-After", value: "1")] : []
        return Problem(code, detail, headers: retry)
    }

    private static func problem(body error: BodyError) -> Problem {
        switch error {
        case .tooLarge(let limit): Problem(.bodyTooLarge, "the body is larger than \(limit) bytes")
        case .timedOut: Problem(.requestTimeout, "the body did not arrive in time")
        case .malformed(let reason): Problem(.badRequest, reason)
        case .disconnected, .cancelled: .clientGone
        }
    }

    private static func problem(image error: ImagingError) -> Problem {
        Problem(error.isTooLarge ? .imageTooLarge : .imageInvalid, error.description)
    }

    private static func problem(faces error: FacesError) -> Problem {
        switch error {
        case .image(let error): problem(image: error)
        case .wrongCropSize(let expectedWidth, let expectedHeight, let width, let height):
            Problem(
                .imageInvalid,
                "an aligned crop of \(expectedWidth)x\(expectedHeight) pixels is expected, this is \(width)x\(height)"
            )
        case .landmarksDegenerate: Problem(.faceNotFound, "the landmarks of the face can't be aligned")
        case .modelInvalid, .inputSizeInvalid, .inference, .manifestInvalid, .manifestMissing, .outputInvalid,
            .selfTestFailed:
            .unknown
        }
    }

    private static func problem(queue error: QueueRefusal) -> Problem {
        switch error {
        case .full(let seconds): full("inference", "inference.queue_limit", seconds)
        case .jobsFull(let seconds): full("job", "jobs.queue_limit", seconds)
        case .closing:
            Problem(
                .unavailable, "the service is shutting down",
                headers: [.init(name: "Retry-After", value: "5")])
        }
    }

    private static func full(_ queue: String, _ limit: String, _ seconds: Int) -> Problem {
        Problem(
            .overloaded, "all places in the \(queue) queue (\(limit)) are taken; try again in \(seconds) s",
            headers: [.init(name: "Retry-After", value: String(seconds))])
    }

    private static func problem(purify error: PurifyError) -> Problem {
        switch error {
        case .invalidParameter(let field, _, let allowed): .parameter(field, "must be \(allowed)")
        case .unusedParameter(let field, let method):
            .parameter(field, "means nothing to the method '\(method.rawValue)'")
        case .cancelled: Problem(.jobFinished, "the job was cancelled")
        case .repeatedIdentity, .repeatedFace, .dimensionMismatch, .notUnit: .unknown
        }
    }

    private static func problem(gallery error: GalleryError) -> Problem {
        switch error {
        case .nameInvalid(let subject, let reason):
            .parameter(subject.rawValue, "is no valid name: \(reason)")
        case .metadataInvalid(let reason): .parameter("metadata", "can't be stored: \(reason)")
        case .embeddingInvalid(let fault): problem(embedding: fault)
        case .detailsInvalid(let reason):
            Problem(.importInvalid, "the face's details cannot be stored: \(reason)")
        case .limitInvalid(_, let allowed):
            .parameter("limit", "must be a whole number from \(allowed.lowerBound) to \(allowed.upperBound)")
        case .cursorInvalid: .parameter("cursor", "is not one that this list gave out")
        case .galleryNotFound(let name): Problem(.galleryNotFound, "there is no gallery '\(name)'")
        case .galleryExists(let name): Problem(.galleryExists, "there is a gallery '\(name)' already")
        case .identityNotFound(_, let gallery):
            Problem(.identityNotFound, "the gallery '\(gallery)' has no such identity")
        case .faceNotFound(let faces, let gallery):
            Problem(
                .faceIDNotFound,
                "the gallery '\(gallery)' does not have \(faces.prefix(20).map(\.text).joined(separator: ", "))"
            )
        case .faceExists(let face, let gallery):
            Problem(.faceIDExists, "the gallery '\(gallery)' has a face \(face) already")
        case .cropNotFound(let face): Problem(.cropNotFound, "no crop of the face \(face) is kept")
        case .modelMismatch(let gallery, let given): mismatch(gallery, given)
        case .galleryChanged(let name):
            Problem(.jobRunning, "the gallery '\(name)' was changed while it was embedded anew")
        case .vectorsTooLarge(let bytes, let limit):
            Problem(
                .galleryTooLarge,
                "the vectors of the gallery take \(bytes) bytes, and jobs.max_vector_bytes allows \(limit)")
        case .jobNotFound(let job): Problem(.jobNotFound, "there is no job \(job)")
        case .jobRunning(let job, let gallery):
            Problem(.jobRunning, "the job \(job) of the gallery '\(gallery)' is under way")
        case .jobFinished(let job): Problem(.jobFinished, "the job \(job) is over")
        case .keyNotFound(let key): Problem(.keyNotFound, "there is no key \(key)")
        case .importRefused(let line, let inner): problem(for: inner).atLine(line)
        case .identityMetadataDiffers(let line):
            .import("identity_metadata", "is not what line \(line) states of the same identity")
        case .tooManyTransfers(let limit):
            Problem(
                .overloaded, "\(limit) exports and imports are under way; no more run at once",
                headers: [.init(name: "Retry-After", value: "5")])
        case .database(let error) where error.isFull:
            Problem(.storageFull, "the disk or the database is full; nothing was changed")
        case .backupRefused(let folder, let fault): problem(backup: fault, folder)
        case .closed:
            Problem(
                .unavailable, "the service is shutting down",
                headers: [.init(name: "Retry-After", value: "5")])
        // The service restores nothing.
        case .databaseRefused(_, .replaced):
            Problem(
                .unavailable, "the database was replaced or taken away under the service; nothing was written"
            )
        case .restoreRefused, .databaseRefused, .database, .embeddingsDamaged: .unknown
        }
    }

    private static func problem(embedding fault: EmbeddingFault) -> Problem {
        switch fault {
        case .dimension(let expected, let given):
            Problem(
                .embeddingInvalid, "the embedding has \(given) numbers, but the gallery's have \(expected)")
        case .notFinite: Problem(.embeddingInvalid, "the embedding has a number that is not finite")
        case .norm: Problem(.embeddingInvalid, "the embedding is not L2-normalised")
        case .notFloats: .unknown
        }
    }

    private static func mismatch(_ gallery: ModelContract, _ given: ModelContract) -> Problem {
        let differences = gallery.differences(from: given).joined(separator: "; ")
        return Problem(.modelMismatch, "the gallery was made with \(differences)")
    }
}

extension Problem {
    /// What is answered for errors that nobody foresaw.
    static let unknown = Problem(
        .internal, "the request failed inside of the service; the log tells more under this request id")

    /// Nobody reads it: for the log and the metrics.
    fileprivate static let clientGone = Problem(.cancelled, "the client closed the connection")

    /// The same about a line of an import, counted from 1.
    func atLine(_ line: Int) -> Problem {
        Problem(
            code, "line \(line): \(detail)", headers: headers,
            extensions: extensions + [.init(key: "line", value: .integer(line))])
    }
}

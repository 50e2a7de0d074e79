/// The stable, machine-readable names of everything that can go wrong, with the status each is answered with.
package enum ProblemCode: String, Sendable, CaseIterable {
    case badRequest = "bad_request"
    case jsonInvalid = "json_invalid"
    case multipartInvalid = "multipart_invalid"
    case parameterInvalid = "parameter_invalid"
    case imageMissing = "image_missing"
    case unauthorized
    case forbidden
    case disabled
    case notFound = "not_found"
    case galleryNotFound = "gallery_not_found"
    case identityNotFound = "identity_not_found"
    case faceIDNotFound = "face_id_not_found"
    case jobNotFound = "job_not_found"
    case keyNotFound = "key_not_found"
    case cropNotFound = "crop_not_found"
    case imageNotFound = "image_not_found"
    case methodNotAllowed = "method_not_allowed"
    case requestTimeout = "request_timeout"
    case modelMismatch = "model_mismatch"
    case faceIDExists = "face_id_exists"
    case galleryExists = "gallery_exists"
    case galleryTooLarge = "gallery_too_large"
    case jobRunning = "job_running"
    case jobFinished = "job_finished"
    case backupRunning = "backup_running"
    case bodyTooLarge = "body_too_large"
    case imageTooLarge = "image_too_large"
    case lineTooLong = "line_too_long"
    case uriTooLong = "uri_too_long"
    case unsupportedMediaType = "unsupported_media_type"
    case expectationFailed = "expectation_failed"
    case imageInvalid = "image_invalid"
    case embeddingInvalid = "embedding_invalid"
    case importInvalid = "import_invalid"
    case faceNotFound = "face_not_found"
    case multipleFaces = "multiple_faces"
    case faceTooSmall = "face_too_small"
    case lowSharpness = "low_sharpness"
    case extremePose = "extreme_pose"
    case identityConflict = "identity_conflict"
    case notEnrolled = "not_enrolled"
    case rateLimited = "rate_limited"
    case headersTooLarge = "headers_too_large"
    /// For the log and the metrics: there is nobody left to answer.
    case cancelled
    case `internal`
    case backupFailed = "backup_failed"
    case notImplemented = "not_implemented"
    case overloaded
    case unavailable
    case storageFull = "storage_full"
    case versionNotSupported = "version_not_supported"

    /// The HTTP status (RFC 9110 section 15).
    package var status: Int {
        switch self {
        case .badRequest, .jsonInvalid, .multipartInvalid, .parameterInvalid, .imageMissing: 400
        case .unauthorized: 401
        case .forbidden, .disabled: 403
        case .notFound, .galleryNotFound, .identityNotFound, .faceIDNotFound, .jobNotFound, .keyNotFound,
            .cropNotFound, .imageNotFound:
            404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .modelMismatch, .faceIDExists, .galleryExists, .galleryTooLarge, .jobRunning, .jobFinished,
            .backupRunning:
            409
        case .bodyTooLarge, .imageTooLarge, .lineTooLong: 413
        case .uriTooLong: 414
        case .unsupportedMediaType: 415
        case .expectationFailed: 417
        case .imageInvalid, .embeddingInvalid, .importInvalid, .faceNotFound, .multipleFaces, .faceTooSmall,
            .lowSharpness, .extremePose, .identityConflict, .notEnrolled:
            422
        case .rateLimited: 429
        case .headersTooLarge: 431
        // Not registered, but what proxies log for the same.
        case .cancelled: 499
        case .internal, .backupFailed: 500
        case .notImplemented: 501
        case .overloaded, .unavailable: 503
        case .versionNotSupported: 505
        case .storageFull: 507
        }
    }

    /// A short summary that is the same for every occurrence (RFC 9457 section 3.1.3).
    package var title: String {
        switch self {
        case .badRequest: "The request is malformed"
        case .jsonInvalid: "The body is not valid JSON"
        case .multipartInvalid: "The multipart body is malformed"
        case .parameterInvalid: "An option is unknown or malformed"
        case .imageMissing: "No image was sent"
        case .unauthorized: "A key that is known here is needed"
        case .forbidden: "Not allowed"
        case .disabled: "This is switched off"
        case .notFound: "There is nothing here"
        case .galleryNotFound: "There is no such gallery"
        case .identityNotFound: "There is no such identity"
        case .faceIDNotFound: "There is no such face"
        case .jobNotFound: "There is no such job"
        case .keyNotFound: "There is no such key"
        case .cropNotFound: "No crop of this face is kept"
        case .imageNotFound: "There is no picture of this job"
        case .cancelled: "The client is gone"
        case .methodNotAllowed: "The method is not allowed here"
        case .requestTimeout: "The request took too long to arrive"
        case .modelMismatch: "The gallery belongs to another model"
        case .faceIDExists: "The face id is taken"
        case .galleryExists: "The gallery exists"
        case .jobRunning: "A job of this gallery is under way"
        case .galleryTooLarge: "The gallery is too large for the job"
        case .jobFinished: "The job is finished"
        case .backupRunning: "A backup is under way"
        case .bodyTooLarge: "The body is too large"
        case .imageTooLarge: "The image is too large"
        case .lineTooLong: "A line is too long"
        case .uriTooLong: "The request target is too long"
        case .unsupportedMediaType: "The content type is not supported"
        case .expectationFailed: "The expectation can't be met"
        case .imageInvalid: "The image can't be decoded"
        case .embeddingInvalid: "The embedding can't be used"
        case .importInvalid: "A line of the import can't be used"
        case .faceNotFound: "No face was found"
        case .multipleFaces: "More than one face was found"
        case .faceTooSmall: "The face is too small"
        case .lowSharpness: "The face is not sharp enough"
        case .extremePose: "The face is turned too far"
        case .identityConflict: "The face is nearer to another identity"
        case .notEnrolled: "No face was enrolled"
        case .rateLimited: "Too many requests"
        case .headersTooLarge: "The headers are too large"
        case .internal: "Something went wrong inside of the service"
        case .backupFailed: "The backup was not made"
        case .notImplemented: "Not implemented"
        case .overloaded: "The service is busy"
        case .unavailable: "The service is not available"
        case .storageFull: "There is no room to store more"
        case .versionNotSupported: "The HTTP version is not supported"
        }
    }
}

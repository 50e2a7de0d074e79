/// Why an image was refused. No case carries image content, so a description may be logged and answered.
package enum ImagingError: Error, Equatable, Sendable {
    /// The first bytes are not those of a JPEG or PNG file; `seemingly` names what they look like.
    case unsupportedFormat(seemingly: String)
    /// The right format, in a variety that the decoder lacks (12-bit or lossless JPEG, say).
    case unsupportedVariety(format: ImageFormat, reason: String)
    /// Truncated or corrupt data.
    case damaged(format: ImageFormat, reason: String)
    /// The file is longer than `DecodeLimits.maximumBytes`.
    case tooManyBytes(count: Int, limit: Int)
    /// A side is longer than `DecodeLimits.maximumSide`.
    case sideTooLong(width: Int, height: Int, limit: Int)
    /// Width times height is more than `DecodeLimits.maximumPixels`.
    case tooManyPixels(width: Int, height: Int, limit: Int)
    /// The decoder's working memory would pass `DecodeLimits.maximumMemory`.
    case tooMuchMemory(format: ImageFormat, limit: Int)
    /// A JPEG file with more scans than `DecodeLimits.maximumScans`: every scan walks the whole picture
    /// again.
    case tooManyScans(limit: Int)

    /// Whether the image is too large (HTTP 413, `image_too_large`) rather than wrong (422, `image_invalid`).
    package var isTooLarge: Bool {
        switch self {
        case .tooManyBytes, .sideTooLong, .tooManyPixels, .tooMuchMemory: true
        case .unsupportedFormat, .unsupportedVariety, .damaged, .tooManyScans: false
        }
    }
}

extension ImagingError: CustomStringConvertible {
    /// One sentence without a full stop, fit for the `detail` of an answer.
    package var description: String {
        switch self {
        case .unsupportedFormat(let seemingly):
            "the image is neither JPEG nor PNG, it seems to be \(seemingly)"
        case .unsupportedVariety(let format, let reason):
            "this kind of \(format.rawValue) is not supported: \(reason)"
        case .damaged(let format, let reason):
            "the \(format.rawValue) data is damaged: \(reason)"
        case .tooManyBytes(let count, let limit):
            "the image file has \(count) bytes, \(limit) are allowed"
        case .sideTooLong(let width, let height, let limit):
            "the image has \(width)x\(height) pixels, a side of at most \(limit) is allowed"
        case .tooManyPixels(let width, let height, let limit):
            "the image has \(width)x\(height) pixels, \(limit) in all are allowed"
        case .tooMuchMemory(let format, let limit):
            "decoding this \(format.rawValue) needs more than \(limit) bytes of memory"
        case .tooManyScans(let limit):
            "the JPEG data has more than \(limit) scans"
        }
    }
}

/// Why a multipart body was refused, with the place or the limit.
package enum MultipartError: Error, Hashable, Sendable {
    /// The `Content-Type` has no boundary, or one that RFC 2046, 5.1.1 does not allow.
    case invalidBoundary
    /// The body does not begin with the boundary, or ends before the closing one.
    case truncated(offset: Int)
    /// Something other than a line end or `--` follows a boundary.
    case malformedDelimiter(offset: Int)
    /// A part's header line is not one.
    case malformedHeader(offset: Int)
    /// A part has no `Content-Disposition: form-data` with a name.
    case missingName(offset: Int)
    case tooManyParts(limit: Int)
    /// A part's header block is longer than allowed.
    case headerTooLong(limit: Int)
}

extension MultipartError: CustomStringConvertible {
    /// A sentence for the client; it repeats nothing of the body.
    package var description: String {
        switch self {
        case .invalidBoundary: "the multipart boundary is missing or malformed"
        case .truncated(let offset): "the multipart body ends early, at byte \(offset)"
        case .malformedDelimiter(let offset): "malformed multipart delimiter at byte \(offset)"
        case .malformedHeader(let offset): "malformed multipart part header at byte \(offset)"
        case .missingName(let offset): "the multipart part at byte \(offset) has no form field name"
        case .tooManyParts(let limit): "the multipart body has more than \(limit) parts"
        case .headerTooLong(let limit): "a multipart part has more than \(limit) bytes of headers"
        }
    }
}

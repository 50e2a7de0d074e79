/// The parts of a `multipart/form-data` body (RFC 7578).
///
/// Contents are slices of the body: nothing is copied, one pass finds all.
package struct MultipartForm: Sendable {
    package let parts: [MultipartPart]

    /// The first part called `name`.
    package func first(_ name: String) -> MultipartPart? { parts.first { $0.name == name } }
    /// Every part called `name`, in order.
    package func all(_ name: String) -> [MultipartPart] { parts.filter { $0.name == name } }
}

extension MultipartForm {
    /// Parses a whole body; `contentType` is the request's, with its `boundary`.
    package init(
        body: [UInt8], contentType: MediaType, limits: MultipartLimits = MultipartLimits()
    ) throws(MultipartError) {
        guard let boundary = contentType.parameter("boundary") else { throw .invalidBoundary }
        var parser = try MultipartParser(body: body, boundary: boundary, limits: limits)
        parts = try parser.parse()
    }
}

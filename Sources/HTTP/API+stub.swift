extension MediaType {
    /// Nil when `text` is not a media type.
    package init?(_ text: String) { fatalError("...") }
}
extension MultipartForm {
    /// Parses a whole body; `contentType` is the request's media type with its `boundary`.
    package init(
        body: [UInt8], contentType: MediaType, limits: MultipartLimits = MultipartLimits()
    ) throws(MultipartError) { fatalError("...") }
}
extension RequestTarget {
    /// Parses a target in origin, absolute or asterisk form; refusals are 400.
    package init(parsing text: String) throws(RequestRefusal) { fatalError("...") }
}

/// One part of a form.
package struct MultipartPart: Sendable {
    /// The form field's name.
    package let name: String
    /// The file name that the client gave, if any: a label, never a path to use.
    package let filename: String?
    /// The part's own media type, if it is given and well-formed.
    package let contentType: MediaType?
    package let headers: HTTPHeaders
    /// The content, a slice of the body.
    package let content: ArraySlice<UInt8>
}

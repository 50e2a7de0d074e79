/// A part's `Content-Disposition: form-data; name="..."; filename="..."` (RFC 7578, 4.2).
struct Disposition {
    let name: String?
    let filename: String?

    /// Nil when it is malformed or not `form-data`. `filename*` is ignored: RFC 7578 forbids it.
    init?(_ text: String) {
        let end = text.utf8.firstIndex { !ByteClass.isTokenByte($0) } ?? text.endIndex
        guard text[..<end].lowercased() == "form-data" else { return nil }
        var scanner = ParameterScanner(text[end...])
        guard let parameters = scanner.parameters() else { return nil }
        name = parameters.first { $0.name == "name" }?.value
        filename = parameters.first { $0.name == "filename" }?.value
    }
}

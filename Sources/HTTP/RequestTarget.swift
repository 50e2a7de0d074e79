/// A parsed request target (RFC 9112, 3.2): nothing is left encoded that a router would compare.
package struct RequestTarget: Hashable, Sendable {
    /// Which of the forms of RFC 9112, 3.2 was sent; `CONNECT`'s authority form is not served.
    package enum Form: Hashable, Sendable {
        case origin, absolute, asterisk
    }

    package let form: Form
    /// The path as it was sent, still percent-encoded, with its leading slash; `*` in asterisk form.
    package let rawPath: String
    /// The percent-decoded segments between the slashes: `/a/b%2Fc` is `["a", "b/c"]`, `/` is `[""]`,
    /// `/a/` is `["a", ""]`. Dot segments are kept as they are: no file is ever looked up by them.
    package let segments: [String]
    /// In order, repeated names kept.
    package let queryItems: [QueryItem]
    /// `host[:port]` of the absolute form, which then overrides `Host` (RFC 9112, 3.2.2).
    package let authority: String?
}

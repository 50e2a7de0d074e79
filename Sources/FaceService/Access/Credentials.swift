import HTTP

/// The secret that a request shows: `Authorization: Bearer KEY` (RFC 6750 section 2.1), or `X-Api-Key: KEY`.
struct Credentials {
    /// Longer than any key: what is longer is none.
    private static let limit = 256

    /// Nil where the request shows none.
    let secret: String?

    /// - Throws: `bad_request` where it shows two that differ, for there is no telling which one is meant.
    init(_ headers: HTTPHeaders) throws {
        // Another scheme is for somebody on the way, as a proxy with passwords of its own.
        let shown = headers.values(.authorization).compactMap(Self.bearer) + headers.values(.xApiKey)
        guard Set(shown).count <= 1 else {
            throw Problem(.badRequest, "the request shows more than one key")
        }
        secret = shown.first.map { String($0.prefix(Self.limit + 1)) }
    }

    private static func bearer(_ value: String) -> String? {
        let scheme = "bearer "
        guard value.prefix(scheme.count).lowercased() == scheme else { return nil }
        return String(value.dropFirst(scheme.count).drop { $0 == " " })
    }
}

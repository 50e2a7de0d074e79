import HTTP

/// What browsers say of the page that a request comes from.
enum WebOrigin {
    /// A page of any site can make a browser on this machine send forms and plain bodies here. Browsers say
    /// so in all that can change something (`Sec-Fetch-Site`, older ones `Origin` alone); other clients send
    /// neither.
    ///
    /// - Throws: `forbidden` for what another site's page sends.
    static func check(_ head: HTTPRequest) throws {
        guard head.method != .get, head.method != .head else { return }
        let isForeign =
            if let site = head.headers.text(.secFetchSite) {
                site.lowercased() == "cross-site"
            } else if let origin = head.headers.text(.origin)?.lowercased() {
                origin.split(separator: "/").last.map(String.init) != host(of: head)?.lowercased()
            } else { false }
        if isForeign { throw Problem(.forbidden, "requests from web pages of other sites are not taken") }
    }

    /// Whom a request is meant for: a whole URI as its target goes before `Host` (RFC 9112 section 3.2.2).
    static func host(of head: HTTPRequest) -> String? { head.target.authority ?? head.headers.text(.host) }
}

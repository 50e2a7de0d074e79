/// The names that requests may be addressed to, so that no page on the web can have its own name point to
/// this machine and read answers here (DNS rebinding): addresses, what nobody can own in public, and what the
/// operator names.
struct AllowedHosts: Sendable {
    /// Names under which nobody can register any: RFC 6761, `local` of RFC 6762, `home.arpa` of RFC 8375,
    /// `internal`, and `localdomain`, which some systems give themselves.
    private static let reserved = [
        "localhost", "localdomain", "test", "example", "invalid", "local", "internal", "home.arpa",
        "example.com", "example.net", "example.org",
    ]

    private let names: Set<String>

    /// - Parameter list: of `server.allowed_hosts`: names separated by commas, `*` for any.
    init(_ list: String) { names = Set(Self.names(list)) }

    /// The first name of a list that is none.
    static func firstWrong(in list: String) -> String? {
        names(list).first { name in
            name != "*" && !name.utf8.allSatisfy { "-._".utf8.contains($0) || isLetterOrDigit($0) }
        }
    }

    private static func names(_ list: String) -> [String] {
        list.split(separator: ",").map { plain(trimmed($0)) }.filter { !$0.isEmpty }
    }

    private static func trimmed(_ name: Substring) -> Substring {
        let name = name.drop { $0 == " " }
        return name[..<(name.lastIndex { $0 != " " }.map { name.index(after: $0) } ?? name.startIndex)]
    }

    /// - Parameter authority: `host[:port]` as a request has it; HTTP/1.0 may do without.
    func contain(_ authority: String?) -> Bool {
        guard let authority, !authority.hasPrefix("["), !names.contains("*") else { return true }
        let host = Self.plain(authority.prefix { $0 != ":" })
        // An escape may stand for a dot; no client that resolves a name sends one.
        guard let last = host.split(separator: ".", omittingEmptySubsequences: false).last,
            host.contains(".") || host.contains("%")
        else { return true }
        // No public name ends in a number: it is an address.
        return !last.isEmpty && last.utf8.allSatisfy { 0x30...0x39 ~= $0 } || names.contains(host)
            || Self.reserved.contains { host == $0 || host.hasSuffix("." + $0) }
    }

    /// In lower case, without the dot at the end that a full name may have.
    private static func plain(_ host: some StringProtocol) -> String {
        let host = host.lowercased()
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte || 0x61...0x7A ~= byte
    }
}

import Encodings
import Gallery
import HTTP
import HTTPServer

/// Decides who may ask for what: without keys whoever is on this machine, with keys whoever shows one that
/// covers it; and how often.
struct AccessGate: Sendable {
    private let keys: AccessKeys
    private let hosts: AllowedHosts
    private let isRateOnLoopback: Bool
    /// Nil where there is no limit.
    private let keyRate: RateLimiter<KeyID>?
    /// For clients that present no known key.
    private let addressRate: RateLimiter<SocketAddress.IP>?

    init(
        _ configuration: Configuration, keys: AccessKeys,
        clock: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.keys = keys
        hosts = AllowedHosts(configuration.serverAllowedHosts)
        isRateOnLoopback = configuration.limitsLoopback
        let (rate, burst) = (configuration.limitsRate, configuration.limitsBurst)
        keyRate = rate.map { RateLimiter(rate: $0, burst: burst, clock: clock) }
        addressRate = rate.map { RateLimiter(rate: $0, burst: burst, clock: clock) }
    }

    /// Finds out who asks.
    ///
    /// - Returns: the key that the request shows, where one is needed.
    /// - Throws: `unauthorized`, `bad_request`; `forbidden` for clients that may not use this address at all;
    ///   `rate_limited` instead of any of them.
    func identify(_ request: ServerRequest, _ scope: Operation.Scope) async throws -> KeyRecord? {
        // With a key too: a proxy may add one to all that a browser sends.
        try WebOrigin.check(request.head)
        guard scope != .open else { return nil }
        let ring = try await keys.current()
        do {
            if !ring.isEmpty { return try authenticate(request, ring) }
            try checkLocal(request)
        } catch {
            try checkRate(addressRate, request.peer.admissionKey, request.peer)
            throw error
        }
        try checkRate(addressRate, request.peer.admissionKey, request.peer)
        return nil
    }

    /// Lets who was found through, or not.
    ///
    /// - Throws: `forbidden`, `rate_limited`.
    func admit(_ key: KeyRecord, _ request: ServerRequest, _ scope: Operation.Scope) throws {
        try checkRate(keyRate, key.id, request.peer)
        keys.noteUse(of: key.id)
        guard let needed = scope.key, key.scope < needed else { return }
        throw Problem(
            .forbidden, "the key's scope is '\(key.scope.rawValue)', and this needs '\(needed.rawValue)'",
            headers: [Self.challenge("error=\"insufficient_scope\", scope=\"\(needed.rawValue)\"")])
    }

    private func checkLocal(_ request: ServerRequest) throws {
        guard request.peer.isLoopback else {
            throw Problem(.forbidden, "without keys the service answers on loopback addresses only")
        }
        if let host = WebOrigin.host(of: request.head), !hosts.contain(host) {
            throw Problem(
                .forbidden, "the host '\(host.excerpt)' is not one that server.allowed_hosts names")
        }
    }

    private func authenticate(_ request: ServerRequest, _ ring: AccessKeys.Ring) throws -> KeyRecord {
        guard let secret = try Credentials(request.head.headers).secret else {
            throw Self.unauthorized(
                "a key is needed, as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'", nil)
        }
        guard let key = ring.key(secret) else {
            throw Self.unauthorized("the key is not one of this service", "invalid_token")
        }
        return key
    }

    private func checkRate<Client>(
        _ limiter: RateLimiter<Client>?, _ client: Client, _ peer: SocketAddress
    ) throws {
        guard let limiter, isRateOnLoopback || !peer.isLoopback, let wait = limiter.take(client) else {
            return
        }
        let seconds = max(1, Int(wait.inSeconds.rounded(.up)))
        throw Problem(
            .rateLimited, "more requests than limits.requests_per_second and limits.burst allow",
            headers: [.init(name: "Retry-After", value: String(seconds))])
    }

    /// - Parameter error: of RFC 6750 section 3.1; none where nothing was shown.
    private static func unauthorized(_ detail: String, _ error: String?) -> Problem {
        Problem(.unauthorized, detail, headers: [challenge(error.map { "error=\"\($0)\"" })])
    }

    private static func challenge(_ parameters: String?) -> Problem.Header {
        let realm = "Bearer realm=\"arcface\""
        return .init(name: "WWW-Authenticate", value: parameters.map { "\(realm), \($0)" } ?? realm)
    }
}

extension Operation.Scope {
    /// What a key needs for it; nil where anybody may ask.
    fileprivate var key: KeyScope? { KeyScope(rawValue: rawValue) }
}

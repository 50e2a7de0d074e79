package import HTTP

/// Finds the route of a request.
package struct Router: Sendable {
    /// What was found.
    package enum Finding: Sendable {
        case route(Route, path: [String: String])
        /// `OPTIONS` of a path that exists.
        case options(allow: String, pattern: String)
        case wrongMethod(allow: String, pattern: String)
        case nothing
    }

    package let routes: [Route]
    /// Those of the routes, which a search looks through without copying the rest.
    private let patterns: [PathPattern]

    package init(_ routes: [Route]) {
        self.routes = routes
        patterns = routes.map(\.operation.pattern)
    }

    /// HEAD is answered by the route of GET (RFC 9110 section 9.3.2); the server leaves the body away.
    package func find(_ method: HTTPMethod, _ segments: [String]) -> Finding {
        let matching = patterns.indices.compactMap { index in
            patterns[index].match(segments).map { (routes[index], $0) }
        }
        guard let first = matching.first else { return .nothing }
        let wanted = method == .head ? "GET" : method.rawValue
        if let (route, path) = matching.first(where: { $0.0.operation.method == wanted }) {
            return .route(route, path: path)
        }
        let allow = Self.allow(matching.map(\.0))
        let pattern = first.0.operation.pattern.text
        return method == .options
            ? .options(allow: allow, pattern: pattern) : .wrongMethod(allow: allow, pattern: pattern)
    }

    /// Every method that some path takes, as `Allow` lists them.
    var methods: String { Self.allow(routes) }

    private static func allow(_ routes: [Route]) -> String {
        var methods = Set(routes.map(\.operation.method))
        if methods.contains("GET") { methods.insert("HEAD") }
        methods.insert("OPTIONS")
        return methods.sorted().joined(separator: ", ")
    }
}

package import HTTPServer

/// An operation and the code behind it.
package struct Route: Sendable {
    package let operation: Operation
    package let handle: @Sendable (RouteRequest) async throws -> ServerResponse

    package init(
        _ operation: Operation, handle: @escaping @Sendable (RouteRequest) async throws -> ServerResponse
    ) {
        self.operation = operation
        self.handle = handle
    }
}

/// A request that found its route: path and query understood, the body not yet read.
package struct RouteRequest: Sendable {
    package let request: ServerRequest
    /// The decoded texts in the holes of the pattern.
    package let path: [String: String]
    /// The options of the query; those of a body come with it.
    package let options: OptionValues
    /// Where stages note how long they took.
    package let timings: StageTimings
    /// What its body may take.
    let bodyLimits: BodyLimits

    /// What stands in a hole of the route's own pattern.
    func hole(_ name: String) -> String { path[name]! }
}

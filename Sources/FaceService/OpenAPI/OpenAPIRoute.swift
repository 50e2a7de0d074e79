import Encodings
import HTTP
import HTTPServer

/// `GET /openapi.json`: written once from the operations of all routes, its own among them.
struct OpenAPIRoute {
    /// The operations of all other routes.
    let others: [Operation]

    var route: Route {
        let operation = Operation(
            id: "openapi", method: "GET", pattern: PathPattern("/openapi.json"), scope: .recognize,
            tag: "Operations", summary: "This document.",
            answers: [.json(200, "AnyObject", "An OpenAPI 3.1 document.")])
        let bytes = OpenAPIDocument(operations: others + [operation]).jsonBytes()
        return Route(operation) { _ in
            ServerResponse(status: .ok, headers: [.contentType: "application/json"], body: .bytes(bytes))
        }
    }
}

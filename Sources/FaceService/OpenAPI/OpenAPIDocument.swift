package import Encodings

/// The OpenAPI 3.1 description of the interface, from the operations that the router serves.
package struct OpenAPIDocument: JSONRepresentable {
    private let operations: [Operation]

    package init(operations: [Operation]) { self.operations = operations }

    package var json: JSONValue {
        .object([
            "openapi": "3.1.0",
            "info": .object([
                "title": "arcface", "version": .string(ServiceVersion.current),
                "description": .string(Self.description),
            ]),
            "paths": paths,
            "components": .object([
                "schemas": .object(JSONObject(OpenAPISchemas.all)), "headers": Self.headers,
                "responses": .object(["Problem": Self.problemResponse]),
                "securitySchemes": Self.securitySchemes,
            ]),
        ])
    }

    private static let description = """
        Face detection, embedding, verification and identification. An image comes as the raw body, as a part of \
        multipart/form-data, or as base64 in JSON, with or without a data: prefix; its bytes decide what it is, not \
        its label. Options are query parameters; in JSON bodies and forms they may stand in the body instead, each \
        once. An unknown or malformed option is a 400 that names it. Similarity is the raw cosine. Embeddings from \
        outside are to be L2-normalised: a length further than 0.01 from 1 is refused, a smaller difference is \
        scaled away. Errors are application/problem+json (RFC 9457) with a stable code. A single slash at the \
        end of a path is ignored, except on paths that end in a name. In a JSON body null counts as an absent member. Where there are keys, a request shows one that covers the operation's x-scope; without any key, only \
        loopback addresses are answered, and need none. Health is open to all.
        """

    private static let securitySchemes = JSONValue.object([
        "bearer": .object(["type": "http", "scheme": "bearer", "description": "A key of the service."]),
        "api_key": .object([
            "type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "The same key.",
        ]),
    ])

    /// Either form of the key, or none where the service has no keys.
    private static let security = JSONValue.array([
        .object(["bearer": .array([])]), .object(["api_key": .array([])]), .object([:]),
    ])

    private static let headers = JSONValue.object([
        "X-Request-Id": .object([
            "description": "The id of the request: the client's own, if it sent a sane one.",
            "schema": .object(["type": "string"]),
        ]),
        "Server-Timing": .object([
            "description": "Milliseconds of each stage that occurred, and the total.",
            "schema": .object(["type": "string"]),
        ]),
        "Allow": .object(["description": "The methods of the path.", "schema": .object(["type": "string"])]),
        "Retry-After": .object([
            "description": """
            Seconds to wait before the same request. With every 429, with 503 `overloaded`, and with 503 `unavailable` where \
            the service is ending; not with the 503 of `/readyz` or of a request that was given up.
            """,
            "schema": .object(["type": "integer"]),
        ]),
        "WWW-Authenticate": .object([
            "description": """
            How a key is shown (RFC 6750). With every 401, and with a 403 where the key that was shown does not cover the \
            operation; not with a 403 for another reason.
            """,
            "schema": .object(["type": "string"]),
        ]),
        "Location": .object(["description": "Path of the job.", "schema": .object(["type": "string"])]),
    ])

    private static func header(_ name: String) -> JSONValue {
        .object(["$ref": .string("#/components/headers/\(name)")])
    }

    private static let usualHeaders: JSONObject = [
        "X-Request-Id": header("X-Request-Id"), "Server-Timing": header("Server-Timing"),
    ]

    private static let problemResponse = JSONValue.object([
        "description": "What went wrong.", "headers": .object(usualHeaders),
        "content": .object([
            "application/problem+json": .object(["schema": OpenAPISchemas.reference("Problem")])
        ]),
    ])

    private var paths: JSONValue {
        var order: [String] = []
        var byPath: [String: JSONObject] = [:]
        for operation in operations {
            let path = operation.pattern.text
            if byPath[path] == nil {
                order.append(path)
                byPath[path] = [:]
            }
            byPath[path]?.append(operation.method.lowercased(), Self.describe(operation))
        }
        return .object(JSONObject(order.map { .init(key: $0, value: .object(byPath[$0]!)) }))
    }

    private static func describe(_ operation: Operation) -> JSONValue {
        var object: JSONObject = [
            "operationId": .string(operation.id), "tags": .array([.string(operation.tag)]),
            "summary": .string(operation.summary), "x-scope": .string(operation.scope.rawValue),
        ]
        let parameters = operation.pattern.holes.map(pathParameter) + queryParameters(operation)
        if !parameters.isEmpty { object.append("parameters", .array(parameters)) }
        if operation.scope != .open { object.append("security", security) }
        object.append("requestBody", ifPresent: OpenAPIBody(operation).json)
        object.append("responses", responses(operation))
        return .object(object)
    }

    private static func pathParameter(_ name: String) -> JSONValue {
        .object([
            "name": .string(name), "in": "path", "required": .bool(true),
            "schema": OpenAPISchemas.pathParameters[name] ?? .object(["type": "string"]),
        ])
    }

    private static func queryParameters(_ operation: Operation) -> [JSONValue] {
        operation.options.filter(\.fitsQuery).map { option in
            var object: JSONObject = [
                "name": .string(option.name), "in": "query", "description": .string(option.description),
                "schema": OpenAPISchemas.schema(of: option.kind),
            ]
            // In a JSON body the option may stand there instead, so the query alone can't be required to have
            // it.
            if option.isRequired && operation.body == .none { object.append("required", .bool(true)) }
            return .object(object)
        }
    }

    private static func responses(_ operation: Operation) -> JSONValue {
        var members: [(status: Int, value: JSONValue)] = operation.answers.map { ($0.status, answer($0)) }
        let everywhere: [ProblemCode] = [
            .badRequest, .parameterInvalid, .unauthorized, .forbidden, .rateLimited, .internal, .unavailable,
        ]
        let codes =
            operation.problems + operation.usualProblems
            + (operation.scope == .open ? [.parameterInvalid, .internal] : everywhere)
        for (status, codes) in Dictionary(grouping: Set(codes), by: \.status) {
            let names = codes.map(\.rawValue).sorted().joined(separator: ", ")
            members.append((status, problem("One of these codes: \(names).", status: status)))
        }
        members.sort { $0.status < $1.status }
        return .object(
            JSONObject(
                members.map { .init(key: String($0.status), value: $0.value) } + [
                    .init(key: "default", value: .object(["$ref": "#/components/responses/Problem"]))
                ]))
    }

    private static func answer(_ answer: Operation.Answer) -> JSONValue {
        var headers = usualHeaders
        if answer.status == 202 { headers.append("Location", header("Location")) }
        var object: JSONObject = ["description": .string(answer.explanation), "headers": .object(headers)]
        if !answer.contentType.isEmpty {
            let schema = answer.schema.map { JSONValue.object(["schema": OpenAPISchemas.reference($0)]) }
            let content = JSONObject([.init(key: answer.contentType, value: schema ?? .object([:]))])
            object.append("content", .object(content))
        }
        return .object(object)
    }

    private static func problem(_ description: String, status: Int) -> JSONValue {
        var headers = usualHeaders
        if status == 401 || status == 403 { headers.append("WWW-Authenticate", header("WWW-Authenticate")) }
        if status == 429 || status == 503 { headers.append("Retry-After", header("Retry-After")) }
        return .object([
            "description": .string(description), "headers": .object(headers),
            "content": .object([
                "application/problem+json": .object(["schema": OpenAPISchemas.reference("Problem")])
            ]),
        ])
    }
}

extension Operation {
    /// What goes with its body and with writing.
    fileprivate var usualProblems: [ProblemCode] {
        let ofBody: [ProblemCode] =
            body == .none || body == .lines ? [] : [.bodyTooLarge, .requestTimeout, .overloaded]
        return ofBody + (method == "GET" || scope == .recognize ? [] : [.storageFull])
    }
}

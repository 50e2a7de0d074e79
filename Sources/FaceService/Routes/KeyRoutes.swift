import Gallery
import HTTP
import HTTPServer

/// The keys that clients show.
struct KeyRoutes {
    let keys: AccessKeys

    var routes: [Route] { [create, list, delete] }

    private static let tag = "Administration"
    private static let pattern = PathPattern("/admin/keys")

    private var create: Route {
        let operation = Operation(
            id: "createKey", method: "POST", pattern: Self.pattern, scope: .admin, tag: Self.tag,
            summary: """
                Make a key. The answer alone has its secret; stored is its hash. From the first key on every request needs one, \
                those from this machine too: let the first be an 'admin' key.
                """,
            options: [
                OptionSpec(
                    "scope", .choice(KeyScope.allCases.map(\.rawValue)),
                    "What it allows, each including those before: 'recognize' to detect, embed, verify, identify and read "
                        + "galleries, 'enroll' to write them, 'admin' everything.", isRequired: true),
                OptionSpec(
                    "name", .prose(1...KeyName.maximumLength),
                    "Whose it is or what it is for, in characters that print."),
            ], body: .json, answers: [.json(201, "NewKey", "The key with its secret.")],
            problems: [.parameterInvalid, .jsonInvalid, .unsupportedMediaType])
        return Route(operation) { request in
            let options = try await BodyForm.options(request)
            // Required and one of these, or it would not have come so far.
            let scope = KeyScope(rawValue: options.text("scope")!)!
            let name = try options.text("name").map { try KeyName($0) }
            let key = try await timed(.db) { try await keys.create(scope, name: name) }
            var response = ServerResponse.json(NewKeyAnswer(key), status: 201)
            response.headers[.cacheControl] = "no-store"
            return response
        }
    }

    private var list: Route {
        let operation = Operation(
            id: "listKeys", method: "GET", pattern: Self.pattern, scope: .admin, tag: Self.tag,
            summary: "List the keys, newest first, without their secrets.", options: OptionSpec.paging,
            answers: [.json(200, "KeyList", "A page of keys.")], problems: [.parameterInvalid])
        return Route(operation) { request in
            let page = try await timed(.db) { try await keys.list(try request.options.page()) }
            return .json(ListAnswer("keys", page) { KeyAnswer(record: $0) })
        }
    }

    private var delete: Route {
        let operation = Operation(
            id: "deleteKey", method: "DELETE", pattern: PathPattern("/admin/keys/{key}"), scope: .admin,
            tag: Self.tag,
            summary: """
                Delete a key: the next request that shows it is refused. Without the last key whoever is on this machine may do \
                everything, and nobody else anything.
                """,
            answers: [.none("The key is gone.")], problems: [.keyNotFound])
        return Route(operation) { request in
            guard let id = KeyID(request.hole("key")) else {
                throw Problem(.keyNotFound, "there is no key of that id")
            }
            try await timed(.db) { try await keys.delete(id) }
            return .noContent
        }
    }
}

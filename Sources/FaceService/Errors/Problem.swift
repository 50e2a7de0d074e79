package import Encodings

/// A refusal as it is answered: `application/problem+json` (RFC 9457).
package struct Problem: Error, Sendable, Equatable {
    package let code: ProblemCode
    /// What happened here, for people; never personal data, never the text of an unknown error.
    package let detail: String
    /// Headers that belong to the refusal: `Allow`, `Retry-After`, `Accept`.
    package var headers: [Header]
    /// Further members of the document, such as `rejected`.
    package var extensions: [JSONObject.Member]

    /// A header field of the answer.
    package struct Header: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    package init(
        _ code: ProblemCode, _ detail: String, headers: [Header] = [], extensions: [JSONObject.Member] = []
    ) {
        self.code = code
        self.detail = detail
        self.headers = headers
        self.extensions = extensions
    }

    /// A refusal of an option or a member of the body, which it names.
    package static func parameter(_ name: String, _ reason: String) -> Problem {
        Problem(.parameterInvalid, "'\(name.excerpt)' \(reason)")
    }

    /// A refusal of a member of an import's line, which it names.
    static func `import`(_ member: String, _ reason: String) -> Problem {
        Problem(.importInvalid, "'\(member.excerpt)' \(reason)")
    }

    /// The document, with the id of the request it answers where there is one.
    package func json(requestID: String?) -> JSONValue {
        var object: JSONObject = [
            "type": .string("urn:arcface:problem:\(code.rawValue)"), "title": .string(code.title),
            "status": .integer(code.status), "detail": .string(detail), "code": .string(code.rawValue),
        ]
        object.append("request_id", ifPresent: requestID.map { .string($0) })
        for member in extensions { object.append(member.key, member.value) }
        return .object(object)
    }
}

extension Problem: CustomStringConvertible {
    /// The sentence for people, as the command line prints it.
    package var description: String { detail }
}

extension Problem: JSONRepresentable {
    package var json: JSONValue { json(requestID: nil) }
}

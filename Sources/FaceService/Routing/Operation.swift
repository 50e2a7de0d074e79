/// What an operation of the interface is: everything but its code. The router, the access check and the
/// OpenAPI document read the same value.
package struct Operation: Sendable {
    /// What a caller must be allowed to do.
    package enum Scope: String, Sendable {
        case open, recognize, enroll, admin
    }

    /// What the body of the request is.
    package enum Body: Sendable, Equatable {
        case none
        /// One image, or an embedding where `allowsEmbedding`.
        case image(allowsEmbedding: Bool)
        /// One image or several.
        case images(allowsEmbedding: Bool)
        /// `image1` and `image2`, or `image` where an identity is named; embeddings may stand instead.
        case pair
        /// A JSON object of options, which may be left away.
        case json
        /// A stream of JSON lines, which the operation reads itself.
        case lines
    }

    /// An answer of the operation.
    package struct Answer: Sendable {
        package let status: Int
        package let contentType: String
        /// Name of a schema of the OpenAPI document; nil for content that JSON Schema does not describe.
        package let schema: String?
        package let explanation: String
    }

    /// Unique; the `operationId`.
    package let id: String
    package let method: String
    package let pattern: PathPattern
    package let scope: Scope
    package let tag: String
    package let summary: String
    package var options: [OptionSpec] = []
    package var body: Body = .none
    package let answers: [Answer]
    /// What may go wrong, beside what may go wrong everywhere.
    package var problems: [ProblemCode] = []
}

extension Operation.Answer {
    static func json(_ status: Int, _ schema: String, _ explanation: String) -> Self {
        .init(status: status, contentType: "application/json", schema: schema, explanation: explanation)
    }

    static func none(_ explanation: String) -> Self {
        .init(status: 204, contentType: "", schema: nil, explanation: explanation)
    }
}

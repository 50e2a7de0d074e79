import Encodings
import HTTP
import HTTPServer

/// Bodies that are JSON options and nothing else.
enum BodyForm {
    /// The most that such a body may take, in bytes, where all bodies may take more: lists of face ids are
    /// the longest.
    private static let limit = 4 << 20

    /// The options of the query and of a JSON body, which may be left away.
    static func options(_ request: RouteRequest) async throws -> OptionValues {
        let headers = request.request.head.headers
        try refuseEncoded(headers)
        if let text = headers.text(.contentType) {
            guard MediaType(text)?.essence == "application/json" || request.request.body.declaredLength == 0
            else {
                throw Problem(
                    .unsupportedMediaType, "'\(text.excerpt)' is not taken here; send application/json",
                    headers: [.init(name: "Accept", value: "application/json")])
            }
        }
        let limits = request.bodyLimits
        let bytes = try await timed(.read) {
            try await limits.budget.collect(request.request.body, upTo: min(limit, limits.bytes))
        }
        let given = request.options
        return try await BodyParsing.run(bytes.count) {
            var options = given
            if !bytes.isEmpty {
                guard let object = try JSONParser.parse(bytes).objectValue else {
                    throw Problem(.jsonInvalid, "an object is expected")
                }
                try options.add(object, besides: [])
            }
            try options.checkRequired()
            return options
        }
    }

    /// Bodies are taken as they are: nothing is unpacked here, so that a small body stays a small body.
    static func refuseEncoded(_ headers: HTTPHeaders) throws {
        if let coding = headers.text(.contentEncoding), coding.lowercased() != "identity" {
            throw Problem(
                .unsupportedMediaType, "bodies with a Content-Encoding are not taken",
                headers: [.init(name: "Accept-Encoding", value: "identity")])
        }
    }
}

import Encodings
import Gallery
import HTTP
import HTTPServer

extension ServerResponse {
    /// A JSON answer.
    static func json(_ answer: some JSONRepresentable, status: Int = 200) -> ServerResponse {
        ServerResponse(
            status: HTTPStatus(status), headers: [.contentType: "application/json"],
            body: .bytes(answer.jsonBytes()))
    }

    /// 204.
    static var noContent: ServerResponse { ServerResponse(status: .noContent) }

    /// A problem with its headers.
    static func problem(_ problem: Problem, requestID: String) -> ServerResponse {
        var headers: HTTPHeaders = [.contentType: "application/problem+json"]
        for header in problem.headers {
            if let name = FieldName(header.name), let value = FieldValue(header.value) {
                headers[name] = value
            }
        }
        return ServerResponse(
            status: HTTPStatus(problem.code.status), headers: headers,
            body: .bytes(problem.json(requestID: requestID).jsonBytes()))
    }
}

extension RouteRequest {
    func gallery() throws -> GalleryName { try GalleryName(hole("gallery")) }

    func identity() throws -> IdentityName { try IdentityName(hole("identity")) }

    /// Ids are opaque: one that is not even a UUID is one that does not exist.
    func faceID() throws -> FaceID {
        guard let id = FaceID(hole("face_id")) else {
            throw Problem(.faceIDNotFound, "there is no face of that id")
        }
        return id
    }

    func jobID() throws -> JobID {
        guard let id = JobID(hole("job")) else { throw Problem(.jobNotFound, "there is no job of that id") }
        return id
    }
}

extension FaceID {
    /// Of a body's list.
    ///
    /// - Throws: `Problem` naming a text that is no id, and so no face's.
    init(named text: String) throws {
        guard let id = FaceID(text) else {
            throw Problem(.faceIDNotFound, "there is no face '\(text.excerpt)'")
        }
        self = id
    }
}

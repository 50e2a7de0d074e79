import HTTP
import HTTPServer
import Locks

/// A file behind a loopback address, as servers of several kinds offer it.
final class FileServer: Sendable {
    /// What the server is like.
    struct Behaviour: Sendable {
        var content: [UInt8] = []
        var tag: String? = "\"one\""
        /// Answers a range with the range.
        var knowsRanges = true
        /// The connection is cut after this many bytes of a body.
        var cutAfter: Int?
        /// Neither length nor validator is told; the connection's end ends the file.
        var tellsLength = true
        var status = 200
        var location: String?
    }

    /// A request as it came.
    struct Seen: Sendable, Equatable {
        let path: String
        let range, ifRange: String?
    }

    let behaviour: Locked<Behaviour>
    private let requests = Locked<[Seen]>([])
    private let server: HTTPServer
    let port: UInt16

    init(_ content: [UInt8], _ adjust: (inout Behaviour) -> Void = { _ in }) throws {
        var first = Behaviour(content: content)
        adjust(&first)
        let (behaviour, requests) = (Locked(first), requests)
        self.behaviour = behaviour
        var configuration = ServerConfiguration()
        configuration.port = 0
        server = HTTPServer(configuration: configuration) { request in
            let headers = request.head.headers
            let seen = Seen(
                path: request.head.path, range: headers.text("Range"), ifRange: headers.text("If-Range"))
            requests.withLock { $0.append(seen) }
            return Self.answer(seen, behaviour.withLock { $0 })
        }
        port = try server.start()[0].port
    }

    /// All requests so far.
    var seen: [Seen] { requests.withLock { $0 } }

    var address: String { "http://127.0.0.1:\(port)" }

    /// The file's address.
    var url: String { address + "/model.onnx" }

    func stop() async { await server.drain(within: .milliseconds(200)) }

    private static func answer(_ request: Seen, _ behaviour: Behaviour) -> ServerResponse {
        var headers = HTTPHeaders()
        if let tag = behaviour.tag { headers[.etag] = FieldValue(tag) }
        if let location = behaviour.location, request.path != "/elsewhere" {
            headers[.location] = FieldValue(location)
            return ServerResponse(status: HTTPStatus(302), headers: headers)
        }
        guard behaviour.status == 200 else { return ServerResponse(status: HTTPStatus(behaviour.status)) }
        guard let start = start(request, behaviour) else {
            return respond(.ok, headers, behaviour.content, behaviour)
        }
        let total = behaviour.content.count
        guard start < total else { return ServerResponse(status: HTTPStatus(416)) }
        headers["Content-Range"] = FieldValue("bytes \(start)-\(total - 1)/\(total)")
        return respond(HTTPStatus(206), headers, Array(behaviour.content[start...]), behaviour)
    }

    /// Where the range begins that is to be sent; nil for the whole.
    private static func start(_ request: Seen, _ behaviour: Behaviour) -> Int? {
        guard behaviour.knowsRanges, request.ifRange == behaviour.tag, let range = request.range else {
            return nil
        }
        return Int(range.dropFirst("bytes=".count).dropLast())
    }

    private static func respond(
        _ status: HTTPStatus, _ headers: HTTPHeaders, _ body: [UInt8], _ behaviour: Behaviour
    ) -> ServerResponse {
        let cut = behaviour.cutAfter ?? body.count
        return ServerResponse(
            status: status, headers: headers,
            body: .stream(contentLength: behaviour.tellsLength ? body.count : nil) { writer in
                for start in stride(from: 0, to: min(cut, body.count), by: 1 << 16) {
                    try await writer.write(Array(body[start..<min(start + 1 << 16, cut, body.count)]))
                }
                // Less than was announced: the server cuts the connection.
                if cut < body.count { throw CancellationError() }
            })
    }
}

import Encodings
import FaceService
import Gallery
import HTTP
import HTTPServer
import Locks
import Telemetry
import TestKit
import Testing

/// An answer as a test looks at it.
struct Answer {
    let status: Int
    let headers: HTTPHeaders
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var json: JSONValue { get throws { try JSONParser.parse(bytes) } }
    var code: String? { try? json["code"]?.stringValue }
}

/// The whole service over a database of its own, without a socket.
final class ServiceHarness: Sendable {
    let folder: TemporaryFolder
    let service: FaceService
    let lines: LogLines

    init(
        analyzer: FakeAnalyzer = FakeAnalyzer(), settings: [String: String] = [:],
        folder: TemporaryFolder = TemporaryFolder(), inverter: InverterFactory? = nil,
        clock: ManualClock = ManualClock(), usesDelay: Duration = .seconds(3_600)
    ) async throws {
        self.folder = folder
        let configuration = try Self.configuration(folder, settings)
        let application = try await FaceApplication.open(
            configuration, analyzer: analyzer, inverter: inverter)
        lines = LogLines()
        service = FaceService(
            application: application, metrics: ServiceMetrics(), logger: lines.logger, clock: { clock.now },
            usesDelay: usesDelay)
    }

    /// The defaults with a database in `folder` and any free port.
    static func configuration(
        _ folder: TemporaryFolder, _ settings: [String: String] = [:]
    ) throws -> Configuration {
        var all = ["storage.data": folder.path, "server.port": "0", "inference.workers": "2"]
        all.merge(settings) { $1 }
        return try ConfigurationLoader.load(
            file: nil, environment: [:],
            options: all.sorted { $0.key < $1.key }.map {
                .init(name: "--test", key: $0.key, value: $0.value)
            })
    }

    func close() async { await service.end() }

    /// Sends one request to the routes and gathers the answer, a streamed one too.
    func send(
        _ method: String, _ target: String, body: [UInt8] = [], type: String? = nil,
        headers more: HTTPHeaders = [:], peer: SocketAddress = .loopback
    ) async throws -> Answer {
        var headers = more
        if let type { headers[.contentType] = FieldValue(type) }
        let head = HTTPRequest(
            method: HTTPMethod(method)!, target: try RequestTarget(parsing: target), version: .http11,
            headers: headers, framing: body.isEmpty ? .none : .length(body.count))
        let request = ServerRequest(head: head, body: RequestBody(bytes: body), peer: peer, id: "test-id")
        let response = await service.handle(request)
        return Answer(
            status: response.status.code, headers: response.headers,
            bytes: try await Self.bytes(of: response.body))
    }

    func post(_ target: String, json: String) async throws -> Answer {
        try await send("POST", target, body: Array(json.utf8), type: "application/json")
    }

    func post(_ target: String, image: [UInt8]) async throws -> Answer {
        try await send("POST", target, body: image, type: "image/png")
    }

    func get(_ target: String) async throws -> Answer { try await send("GET", target) }

    func put(_ target: String) async throws -> Answer { try await send("PUT", target) }

    /// Enrols photographs of a person; expects that it works.
    @discardableResult
    func enrol(
        _ identity: String, in gallery: String = "g", person: UInt8, photographs: [UInt8]
    ) async throws -> [String] {
        let images = photographs.map { "\"\(Base64.encode(FakeImage.png(person: person, photograph: $0)))\"" }
        let answer = try await post(
            "/galleries/\(gallery)/identities/\(identity)/faces",
            json: "{\"images\":[\(images.joined(separator: ","))]}")
        try #require(answer.status == 201, "\(answer.text)")
        return try answer.json["faces"]?.arrayValue?.compactMap { $0["face_id"]?.stringValue } ?? []
    }

    /// Sets a face aside as a purification does.
    func setAside(_ face: String, in gallery: String) async throws {
        let decision = QuarantineDecision(
            face: try #require(FaceID(face)), reason: .beyondThreshold, angle: 180,
            nearest: try IdentityName("nobody"), nearestAngle: 0)
        let set = try await service.application.store.applyQuarantine(
            [decision], in: try GalleryName(gallery), job: .random())
        #expect(set == [decision.face])
    }

    private static func bytes(of body: ServerResponse.Body) async throws -> [UInt8] {
        switch body {
        case .empty: return []
        case .bytes(let bytes): return bytes
        case .stream(_, let write):
            let gathered = Locked<[UInt8]>([])
            try await write(
                ResponseWriter { piece in
                    gathered.withLock { $0 += piece }
                    return .success(())
                })
            return gathered.withLock { $0 }
        }
    }
}

/// What was logged.
final class LogLines: Sendable {
    private let bytes = Locked<[UInt8]>([])

    var logger: JSONLogger {
        JSONLogger(level: .debug, destination: .custom { [self] line in bytes.withLock { $0 += line } })
    }

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
}

extension SocketAddress {
    static let loopback = SocketAddress(ip: .v4(0x7F00_0001), port: 40_000)
    static let foreign = SocketAddress(ip: .v4(0xC000_0201), port: 40_000)
}

/// A multipart body.
enum Form {
    static let type = "multipart/form-data; boundary=line"

    static func body(_ parts: [(name: String, content: [UInt8])]) -> [UInt8] {
        var body: [UInt8] = []
        for part in parts {
            body += Array("--line\r\nContent-Disposition: form-data; name=\"\(part.name)\"\r\n\r\n".utf8)
            body += part.content + Array("\r\n".utf8)
        }
        return body + Array("--line--\r\n".utf8)
    }
}

import Encodings
import FaceService
import Foundation
import HTTPServer
import TestKit
import Testing

/// A service over a socket with the models that travel inside the executable, and how to talk to it.
struct ServedModels {
    let server: FaceServer
    let port: UInt16
    let lines: LogLines
    let folder: TemporaryFolder

    init(folder: TemporaryFolder = TemporaryFolder(), _ settings: [String: String] = [:]) async throws {
        self.folder = folder
        lines = LogLines()
        server = try await FaceServer.start(
            ServiceHarness.configuration(folder, settings), logger: lines.logger)
        port = try #require(server.addresses.first).port
    }

    func send(
        _ method: String, _ target: String, _ body: [UInt8] = [], type: String = "image/png"
    ) async throws -> (status: Int, json: JSONValue) {
        let answer = try await exchange(method, target, body, type: type)
        return (answer.status, try JSONParser.parse(answer.body))
    }

    /// The body of an answer that is no JSON.
    func bytes(_ method: String, _ target: String) async throws -> [UInt8] {
        try await exchange(method, target, [], type: "image/png").body
    }

    private func exchange(
        _ method: String, _ target: String, _ body: [UInt8], type: String
    ) async throws -> (status: Int, body: [UInt8]) {
        let head =
            "\(method) \(target) HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        let answer = try await onOwnThread { [port] in
            let client = try RawHTTPClient(port: port)
            try client.send(Array(head.utf8) + body)
            return try client.receiveResponse()
        }
        return (answer.status, answer.body)
    }

    /// Purifies a gallery and gives the report of the job.
    func purify(_ gallery: String) async throws -> JSONValue {
        let started = try await send(
            "POST", "/admin/galleries/\(gallery)/purify", Array("{}".utf8), type: "application/json")
        try #require(started.status == 202, "\(started.json.jsonText())")
        return try await report(of: try #require(started.json["id"]?.stringValue))
    }

    /// The report of a job, when it has succeeded.
    func report(of job: String) async throws -> JSONValue {
        while true {
            let told = try await send("GET", "/admin/jobs/\(job)").json
            switch told["state"]?.stringValue {
            case "queued", "running": continue
            case "succeeded": return try #require(told["report"])
            default: throw JobFailed(job: told.jsonText())
            }
        }
    }

    struct JobFailed: Error { let job: String }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A file of this repository.
    static func file(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appendingPathComponent(path)))
    }

    /// The names in a folder of this repository, sorted; none where there is no such folder.
    static func names(in folder: String) -> [String] {
        let path = root.appendingPathComponent(folder).path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }
}

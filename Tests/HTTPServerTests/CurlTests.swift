import Foundation
import HTTPServer
import TestKit
import Testing

/// What a real client makes of the server.
@Suite(.timeLimit(.minutes(HangGuard.testMinutes)))
struct CurlTests {
    private static let curl = ["/usr/bin/curl", "/bin/curl", "/usr/local/bin/curl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    private static func run(_ arguments: [String]) async throws -> String {
        try await onOwnThread {
            let (status, output) = try ShellCommand.run(
                [curl!, "--silent", "--show-error", "--max-time", "\(HangGuard.requestSeconds)"] + arguments)
            return "\(status) " + output
        }
    }

    @Test(.enabled(if: CurlTests.curl != nil, "SKIPPED LOUDLY: curl is not installed"))
    func `curl gets, posts, uploads with Expect and keeps its connection`() async throws {
        let folder = TemporaryFolder()
        let file = folder.file("upload")
        try Data(repeating: 0x61, count: 600_000).write(to: URL(fileURLWithPath: file))
        try await withServer { live async throws in
            let base = "http://127.0.0.1:\(live.port)"
            #expect(try await Self.run([base + "/a"]) == "0 GET /a ")
            #expect(try await Self.run(["-d", "x=y", base + "/b"]) == "0 POST /b x=y")
            #expect(
                try await Self.run(["-I", "-o", "/dev/null", "-w", "%{http_code}", base + "/"]) == "0 200")
            let write = ["-o", "/dev/null", "-w", "%{http_code} %{size_download}"]
            let headers = ["-H", "Expect: 100-continue", "-T", file]
            #expect(try await Self.run(write + headers + [base + "/up"]) == "0 200 600008")
            let chunked = ["-H", "Transfer-Encoding: chunked", "-T", file]
            #expect(try await Self.run(write + chunked + [base + "/up"]) == "0 200 600008")
            #expect(
                try await Self.run(["-w", "%{num_connects}", base + "/a", base + "/b"])
                    == "0 GET /a 1GET /b 0")
        }
    }
}

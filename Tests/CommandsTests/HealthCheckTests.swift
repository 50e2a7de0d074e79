import Foundation
import TestKit
import Testing

/// The script by which a container asks its service whether it is ready.
struct HealthCheckTests {
    private let folder = TemporaryFolder()

    /// A process with the words of a service, which only waits, is asked after; the script's exit status.
    private func check(_ words: [String]) async throws -> Int32 {
        let script = """
            mkfifo gate
            bash -c 'read -r _ <gate' "$2" serve "${@:3}" &
            # Whoever reads there has become the process with those words.
            exec 4>gate
            "$1" $!
            status=$?
            echo >&4
            wait
            exit $status
            """
        return try await Executable.shell(script, [try Executable.path] + words, in: folder)
    }

    private func configuration(port: UInt16) throws -> String {
        let file = folder.file("arcface.json5")
        try Data("{server: {port: \(port)}}".utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    @Test(arguments: [(200, 0), (503, 1)])
    func `a service on the port of its configuration file is asked there`(answer: Int, status: Int32)
        async throws
    {
        let server = try FileServer(Array("ready".utf8)) { $0.status = answer }
        #expect(try await check(["--config", try configuration(port: server.port)]) == status)
        #expect(server.seen.map(\.path) == ["/readyz"])
        await server.stop()
    }

    @Test func `an option wins over the file as it does for the service`() async throws {
        let server = try FileServer(Array("ready".utf8))
        let words = ["--config", try configuration(port: 1), "--port", "\(server.port)"]
        #expect(try await check(words) == 0)
        await server.stop()
    }
}

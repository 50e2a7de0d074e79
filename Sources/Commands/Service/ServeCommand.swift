import Encodings
import FaceService
import Foundation

/// `arcface serve`.
enum ServeCommand: Command {
    static let name = "serve"
    static let summary = "Runs the service"
    static let discussion = """
        Prints `listening on http://HOST:PORT` when it is ready. SIGTERM and SIGINT drain: no new connections, requests
        in flight are answered, then the process exits with 0. A second one ends it at once.
        """
    static let options =
        ServiceOptions.models + [
            .value("--host", "ADDRESS", "address to listen on (127.0.0.1)"),
            .value("--port", "N", "port to listen on (8080); 0 takes any free one"),
            .flag(
                "--print-config", "print the configuration and where each value came from, as JSON, and exit"),
        ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let configuration = try ServiceOptions.configuration(arguments)
        if arguments.has("--print-config") {
            console.print(configuration.jsonText(pretty: true))
            return 0
        }
        // Who reads the log may go away; that must not end the service.
        signal(SIGPIPE, SIG_IGN)
        // Before the start, so that a signal during a long load of a gallery is not lost.
        let signals = TerminationSignals()
        OpenFiles.allow(OpenFiles.needed(connections: configuration.serverMaxConnections))
        let server = try await FaceServer.start(configuration)
        for address in server.addresses { console.print("listening on http://\(address)") }
        await signals.first()
        await server.drain()
        return 0
    }
}

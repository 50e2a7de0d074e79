import Foundation
import TestKit
import Testing

/// Backups beside a running service, and the way back that docs/operating.md describes.
struct RestoreTests {
    /// The lines of the page that put a backup in place, for the folder and the file at hand.
    private static func documented() throws -> String {
        let page = try String(contentsOfFile: Executable.page("docs/operating.md"), encoding: .utf8)
        let block = try #require(
            page.components(separatedBy: "```").first { $0.hasPrefix("sh\n# The service is stopped.") })
        let (folder, file) = ("/var/lib/arcface", "arcface-20261127T114005Z.sqlite")
        #expect(block.contains("cd \(folder)\n") && block.contains(file) && block.contains("arcface check"))
        return block.dropFirst(3).replacingOccurrences(of: folder, with: "\"$data\"")
            .replacingOccurrences(of: file, with: "$file")
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `a backup of a running service is restored after a crash, as the documentation says`() async throws {
        let gallery = try TinyGallery()
        for (name, red) in [("ada", UInt8(40)), ("bob", 120)] {
            try gallery.photograph("\(name)/0.png", red: red)
        }
        #expect(await gallery.enrol().status == 0)
        let script = """
            set -euo pipefail
            data=$PWD/data
            serve() {
                mkfifo address
                arcface serve --port 0 >address 2>log &
                service=$!
                read -r line <address
                rm address
                port=${line##*:}
            }
            request() {
                exec 3<>"/dev/tcp/127.0.0.1/$port"
                printf '%s %s HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\nContent-Length: 0\\r\\n\\r\\n' "$1" "$2" >&3
                cat <&3
                exec 3>&-
            }
            end() { kill -KILL $service; wait $service || true; }
            trap 'kill -KILL $service 2>/dev/null || true' EXIT

            serve
            request POST /admin/backup | grep '"faces":2'
            arcface backup --to copies --json | grep '"faces":2'
            request PUT /galleries/late | grep 'HTTP/1.1 201'
            request DELETE /galleries/g/identities/ada | grep 'HTTP/1.1 204'
            end
            test -s data/arcface.sqlite-wal
            file=$(basename data/backups/*)
            (
            \(try Self.documented())
            )
            ls data
            serve
            request GET /galleries/g | grep '"identities":2,"faces":2'
            request GET /galleries/late | grep 'HTTP/1.1 404'
            request GET /readyz | grep 'HTTP/1.1 200'
            end
            mv copies/* copies/arcface.sqlite
            arcface check --data copies | grep '1 galleries, 2 faces, 0 problems'
            """
        let folder = gallery.folder
        let (status, output) = try await Executable.script(
            script,
            environment: [
                "ARCFACE_MODELS_DETECTOR=\(folder.file("finder.onnx"))",
                "ARCFACE_MODELS_RECOGNIZER=\(folder.file("one.onnx"))", "ARCFACE_LOGGING_ACCESS=false",
            ], in: folder)
        #expect(status == 0, "\(output)")
        #expect(output.contains("0 problems\narcface.sqlite\nbackups\nbefore\n"), "\(output)")
    }
}

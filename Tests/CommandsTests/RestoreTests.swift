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
            if arcface restore data/backups/* --data data 2>refused; then exit 1; fi
            grep "in use by process $service" refused
            end
            test -s data/arcface.sqlite-wal
            file=$(basename data/backups/*)
            (
            \(try Self.documented())
            )
            ls data data/before-restore-*
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
        let listed =
            /0 problems\ndata:\narcface.sqlite\nbackups\nbefore-restore-\w+\n\ndata\/before-restore-\w+:\narcface.sqlite\narcface.sqlite-\w+\n/
        #expect(output.contains(listed), "\(output)")
    }

    @Test func `restore says what it did, in words and as an object`() async throws {
        let gallery = try TinyGallery()
        try gallery.photograph("ada/0.png", red: 40)
        #expect(await gallery.enrol().status == 0)
        let data = gallery.folder.file("data")
        let backup = await arcface("backup", "--data", data, "--json")
        let file = try #require(backup.console.objects.first?["path"] as? String)
        let (status, console) = await arcface("restore", file, "--data", data)
        #expect(status == 0 && console.errors == "")
        let text = "\(data)/arcface.sqlite: 1 galleries, 1 identities, 1 faces, "
        #expect(console.output.hasPrefix(text), "\(console.output)")
        #expect(console.output.contains("\nput aside: \(data)/before-restore-"), "\(console.output)")
        try FileManager.default.removeItem(atPath: data + "/arcface.sqlite")
        let again = await arcface("restore", file, "--data", data, "--json")
        let object = try #require(again.console.objects.first)
        #expect(again.status == 0 && object["faces"] as? Int == 1 && object["put_aside"] is NSNull)
        #expect(object["file"] as? String == file)
        #expect(await gallery.run("check").status == 0)
    }

    @Test func `what can't be restored is told with the file, and no folder is made for it`() async throws {
        let folder = TemporaryFolder()
        let file = try folder.write(Array("no database".utf8), to: "text.sqlite")
        let (status, console) = await arcface("restore", file, "--data", folder.path, "--json")
        #expect(status == 1 && console.objects.first?["code"] as? String == "bad_request")
        #expect(console.errors.contains("\(file) can't be the database: it is not a SQLite file"))
        let nowhere = await arcface("restore", file, "--data", folder.file("absent"))
        #expect(nowhere.status == 1 && nowhere.console.errors.contains("No such file or directory"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["text.sqlite"])
    }
}

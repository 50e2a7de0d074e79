import CSQLite
import Foundation
import TestKit
import Testing

/// `arcface backup`.
struct BackupTests {
    private let gallery: TinyGallery

    init() async throws {
        gallery = try TinyGallery()
        for (name, red) in [("ada", UInt8(40)), ("bob", 120)] {
            try gallery.photograph("\(name)/0.png", red: red)
        }
        #expect(await gallery.enrol().status == 0)
    }

    private var data: String { gallery.folder.file("data") }

    private static func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    @Test func `it prints where the backup is and what is in it, and no model is needed for it`() async throws
    {
        let (status, console) = await arcface("backup", "--data", data)
        let names = Self.names(data + "/backups")
        #expect(status == 0 && names.count == 1)
        let path = data + "/backups/" + (names.first ?? "")
        let text = "\(path): 1 galleries, 2 identities, 2 faces, "
        #expect(console.output.hasPrefix(text), "\(console.output)")
        let (again, json) = await arcface("backup", "--data", data, "--json")
        let object = try #require(json.objects.first)
        #expect(again == 0 && Self.names(data + "/backups").contains(object["file"] as? String ?? ""))
        #expect(object["faces"] as? Int == 2 && object["removed"] as? [String] == [])
        #expect(console.errors + json.errors == "")
    }

    @Test func `what --to names is made and nothing in it deleted, in the configured folder the oldest go`()
        async throws
    {
        let configuration = gallery.folder.file("arcface.json5")
        try Data("{backup: {keep: 1}, storage: {data: \"\(data)\"}}".utf8).write(
            to: URL(fileURLWithPath: configuration))
        for _ in 0..<3 {
            let to = await arcface(
                "backup", "--config", configuration, "--to", gallery.folder.file("a/b"))
            let usual = await arcface("backup", "--config", configuration)
            #expect(to.status == 0 && usual.status == 0)
        }
        #expect(Self.names(gallery.folder.file("a/b")).count == 3)
        #expect(Self.names(data + "/backups").count == 1)
        let (status, console) = await arcface("backup", "--config", configuration)
        #expect(status == 0 && console.output.contains("\ndeleted: arcface-"), "\(console.output)")
    }

    @Test func `a folder that can't be used, and none, are told`() async throws {
        let (status, console) = await arcface("backup", "--data", data, "--to", gallery.database)
        #expect(status == 1 && console.errors.contains(gallery.database), "\(console.errors)")
        #expect(await arcface("backup", "--data", data, "--to", "").status == 2)
        #expect(await arcface("backup", "--data", data, "somewhere").status == 2)
        #expect(Self.names(data) == ["arcface.sqlite"])
    }

    @Test func `it goes on beside an older backup that is under way elsewhere, and not to the same folder`()
        async throws
    {
        // As another process has it.
        try FileManager.default.createDirectory(
            atPath: data + "/backups", withIntermediateDirectories: false)
        let descriptor = open(data + "/backups/backup.lock", O_RDWR | O_CREAT, 0o600)
        defer { close(descriptor) }
        #expect(descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
        let (status, console) = await arcface("backup", "--data", data)
        #expect(status == 1 && console.errors.contains("is under way"), "\(console.errors)")
        #expect(await arcface("backup", "--data", data, "--to", gallery.folder.file("other")).status == 0)
        #expect(Self.names(data + "/backups") == ["backup.lock"])
    }

    /// Whether this user may mount anything, in a namespace of its own.
    private static let mounts =
        (try? ShellCommand.run(["/usr/bin/unshare", "--mount", "/bin/true"]).status) == 0

    @Test(.enabled(if: mounts, "SKIPPED LOUDLY: no mount namespaces here"))
    func `a database on a read-only medium is copied, and one whose log can't be read is told so`()
        async throws
    {
        let folder = gallery.folder
        let script = """
            cp -r data 'odd ?#%41name' && cp -r data logged && cp data/arcface.sqlite logged/arcface.sqlite-wal
            unshare --mount bash -c '
                mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && arcface backup --data "$1" --to "$2"
            ' bash "$PWD/odd ?#%41name" "$PWD/copies" || exit
            unshare --mount bash -c '
                mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && arcface backup --data "$1" --to "$2"
            ' bash "$PWD/logged" "$PWD/none" 2>&1
            """
        let (status, output) = try await Executable.script(script, environment: [], in: folder)
        #expect(status == 1 && output.contains("1 galleries, 2 identities, 2 faces"), "\(output)")
        #expect(output.contains("its folder can't be written"), "\(output)")
        #expect(Self.names(folder.file("odd ?#%41name")) == ["arcface.sqlite"])
        #expect(Self.names(folder.file("copies")).count == 1 && Self.names(folder.file("none")) == [])
    }

    /// Its terminal takes nothing, so that it stands still with its file made, until it has heard the signal.
    @Test(
        .timeLimit(.minutes(HangGuard.testMinutes)), arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func `a signal ends it with nothing left of the copy`(signal: Int32, status: Int32) async throws {
        let (end, output, errors) = try await onOwnThread { [data] in
            let program = try TerminalProgram(
                [try Executable.path, "backup", "--data", data], isStopped: true)
            while !Self.names(data + "/backups").contains(where: { $0.hasSuffix(".partial") }) {
                sched_yield()
            }
            program.send(signal)
            try program.waitForDefault(of: signal)
            program.goOn()
            let told = program.waitForTerminal("nothing of the copy is left")
            let (end, output) = program.finish()
            return (end, output, told)
        }
        #expect(end == .status(status) && output == "" && errors)
        #expect(Self.names(data + "/backups") == [])
        #expect(await arcface("backup", "--data", data).status == 0)
    }
}

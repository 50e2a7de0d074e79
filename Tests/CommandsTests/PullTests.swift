import Digest
import Foundation
import Locks
import TestKit
import Testing

/// `arcface models pull` against a server on loopback. One after the other: each has a deadline, and a
/// machine that is busy with all of them at once would miss it.
@Suite(.serialized) struct PullTests {
    private let folder = TemporaryFolder()
    private let model = TinyModels.recognizer(seed: 1, dimension: 8)
    private var models: String { folder.file("data/models") }

    private func pull(_ words: String...) async -> (status: Int32, console: RecordedConsole) {
        let console = RecordedConsole()
        let all = ["models", "pull"] + words + ["--json", "--data", folder.file("data")]
        return (await console.run(all), console)
    }

    private func pull(_ server: FileServer) async -> (status: Int32, console: RecordedConsole) {
        await pull("tiny", "--url", server.url, "--sha256", SHA256.hex(model))
    }

    private func files() -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: models)) ?? []).sorted()
    }

    private func stored() -> [UInt8]? {
        FileManager.default.contents(atPath: models + "/tiny.onnx").map { [UInt8]($0) }
    }

    /// Large enough to come in several pieces; no model.
    private var large: [UInt8] {
        (0..<300_000).map { (index: Int) -> UInt8 in UInt8(truncatingIfNeeded: (index &* 31) >> 3) }
    }

    @Test func `a model is downloaded, tried out and there under its name`() async throws {
        let server = try FileServer(model)
        let (status, console) = await pull(server)
        #expect(status == 0, "\(console.errors)")
        #expect(stored() == model && files() == ["tiny.onnx"])
        #expect(console.objects.first?["kind"] as? String == "recognizer")
        #expect(console.objects.first?["was_there"] as? Bool == false)
        #expect(console.errors.contains("InsightFace's convention is assumed"))
        #expect(server.seen == [.init(path: "/model.onnx", range: nil, ifRange: nil)])
        let again = await pull(server)
        #expect(again.status == 0 && again.console.objects.first?["was_there"] as? Bool == true)
        #expect(server.seen.count == 1, "nothing is asked for twice")
        await server.stop()
    }

    @Test func `a cut download is gone on with where it ended`() async throws {
        let server = try FileServer(model) { $0.cutAfter = 100 }
        let (status, console) = await pull(server)
        #expect(status == 1)
        #expect(console.errors.contains("127.0.0.1") && console.errors.contains("goes on from there"))
        #expect(files() == ["tiny.onnx.partial", "tiny.onnx.partial.origin"])
        #expect(
            !(try String(contentsOfFile: models + "/tiny.onnx.partial.origin", encoding: .utf8)).contains(
                "http"))
        server.behaviour.withLock { $0.cutAfter = nil }
        let again = await pull(server)
        #expect(again.status == 0, "\(again.console.errors)")
        #expect(server.seen.last == .init(path: "/model.onnx", range: "bytes=100-", ifRange: "\"one\""))
        #expect(stored() == model && files() == ["tiny.onnx"])
        await server.stop()
    }

    @Test func `a server that knows no ranges, or whose file changed, sends it from the start`() async throws
    {
        let server = try FileServer(model) { $0.cutAfter = 100 }
        _ = await pull(server)
        server.behaviour.withLock { $0.knowsRanges = false }
        _ = await pull(server)
        #expect(server.seen.last?.range == "bytes=100-")
        server.behaviour.withLock {
            $0.knowsRanges = true
            $0.tag = "\"two\""
            $0.cutAfter = nil
        }
        #expect(await pull(server).status == 0)
        #expect(server.seen.last?.ifRange == "\"one\"" && stored() == model)
        await server.stop()
    }

    @Test func `another address, or a server without a validator, is asked for the whole`() async throws {
        let server = try FileServer(model) { $0.cutAfter = 100 }
        _ = await pull(server)
        let elsewhere = try FileServer(model) {
            $0.tag = nil
            $0.cutAfter = 50
        }
        _ = await pull(elsewhere)
        elsewhere.behaviour.withLock { $0.cutAfter = nil }
        #expect(await pull(elsewhere).status == 0)
        #expect(elsewhere.seen.map(\.range) == [nil, nil] && stored() == model)
        await server.stop()
        await elsewhere.stop()
    }

    @Test func `a partial file that is no part of the file is replaced`() async throws {
        let server = try FileServer(model) { $0.cutAfter = 100 }
        _ = await pull(server)
        // Longer than what the server has: the range cannot be answered.
        let partial = models + "/tiny.onnx.partial"
        try Data(repeating: 7, count: model.count + 10).write(to: URL(fileURLWithPath: partial))
        server.behaviour.withLock { $0.cutAfter = nil }
        #expect(await pull(server).status == 0)
        #expect(server.seen.count == 3 && server.seen[2].range == nil && stored() == model)
        await server.stop()
    }

    @Test func `a whole partial file is not asked for again`() async throws {
        let server = try FileServer(model)
        try FileManager.default.createDirectory(atPath: models, withIntermediateDirectories: true)
        try Data(model).write(to: URL(fileURLWithPath: models + "/tiny.onnx.partial"))
        #expect(await pull(server).status == 0)
        #expect(server.seen.isEmpty && stored() == model)
        await server.stop()
    }

    @Test func `a wrong sum shows both and leaves nothing`() async throws {
        let server = try FileServer(large)
        let (status, console) = await pull(server)
        #expect(status == 1)
        #expect(console.errors.contains(SHA256.hex(model)) && console.errors.contains(SHA256.hex(large)))
        #expect(files().isEmpty)
        await server.stop()
    }

    @Test(arguments: [true, false])
    func `more bytes than a known model has are refused`(tellsLength: Bool) async throws {
        let server = try FileServer(large) { $0.tellsLength = tellsLength }
        let (status, console) = await pull("yunet_2023mar", "--url", server.url)
        #expect(status == 1)
        #expect(console.errors.contains("more than the 232589 bytes"), "\(console.errors)")
        #expect(files().isEmpty)
        await server.stop()
    }

    @Test func `fewer bytes than a known model has are kept for the next time`() async throws {
        let server = try FileServer(Array(large[..<1000])) { $0.tellsLength = false }
        let (status, console) = await pull("yunet_2023mar", "--url", server.url)
        #expect(status == 1 && console.errors.contains("1000 of 232589 bytes"), "\(console.errors)")
        #expect(console.errors.contains("licence: MIT"))
        #expect(files().contains("yunet_2023mar.onnx.partial"))
        await server.stop()
    }

    @Test func `what is no model stays out, and may be had with a manifest`() async throws {
        let narrow = TinyModels.recognizer(seed: 1, dimension: 8, width: 96)
        let server = try FileServer(narrow)
        let words = ["tiny", "--url", server.url, "--sha256", SHA256.hex(narrow)]
        let console = RecordedConsole()
        let data = ["--data", folder.file("data")]
        #expect(await console.run(["models", "pull"] + words + data) == 1)
        #expect(console.errors.contains("needs a manifest"), "\(console.errors)")
        let manifest = """
            {"kind": "recognizer", "name": "tiny", "color_order": "rgb", "mean": [0, 0, 0],
             "deviation": [255, 255, 255], "input_width": 96, "input_height": 112}
            """
        try Data(manifest.utf8).write(to: URL(fileURLWithPath: folder.file("m.json")))
        let second = RecordedConsole()
        #expect(
            await second.run(["models", "pull", "--manifest", folder.file("m.json")] + words + data) == 0,
            "\(second.errors)")
        #expect(files() == ["tiny.onnx", "tiny.onnx.json"] && server.seen.count == 1)
        await server.stop()
    }

    @Test func `a redirection on this machine is followed, one to plain http elsewhere is not`() async throws
    {
        let server = try FileServer(model) { $0.location = "/elsewhere" }
        #expect(await pull(server).status == 0)
        #expect(server.seen.map(\.path) == ["/model.onnx", "/elsewhere"] && stored() == model)
        try FileManager.default.removeItem(atPath: models)
        server.behaviour.withLock { $0.location = "http://models.invalid/model.onnx?token=secret" }
        let (status, console) = await pull(server)
        #expect(status == 1)
        #expect(console.errors.contains("sends on to http://models.invalid, which is not followed"))
        #expect(!console.errors.contains("secret") && files().isEmpty)
        server.behaviour.withLock { $0.location = "/model.onnx" }
        #expect(await pull(server).console.errors.contains("at most ten times"), "a circle ends")
        await server.stop()
    }

    @Test func `a status, a refused connection and an unknown host are told with the host`() async throws {
        let server = try FileServer(model) { $0.status = 404 }
        let missing = await pull(server)
        #expect(missing.status == 1)
        #expect(
            missing.console.errors.contains("127.0.0.1:") && missing.console.errors.contains("status 404"))
        await server.stop()
        let refused = await pull(server)
        #expect(refused.status == 1)
        #expect(refused.console.errors.contains("connect"), "\(refused.console.errors)")
        let unknown = await pull("tiny", "--url", "https://models.invalid/x", "--sha256", SHA256.hex(model))
        #expect(unknown.status == 1 && unknown.console.errors.contains("models.invalid"))
        #expect(files().isEmpty, "what never began leaves nothing")
    }

    @Test(arguments: [
        "http://example.org/m.onnx", "ftp://example.org/m", "file:///etc/passwd", "model.onnx", "",
    ])
    func `other addresses than https are refused`(url: String) async {
        let (status, console) = await pull("tiny", "--url", url, "--sha256", SHA256.hex(model))
        #expect(status == 1 && console.errors.contains("https"), "\(console.errors)")
    }

    @Test(arguments: [
        (["nobody"], "is not known"),
        (["tiny", "--url", "https://x/y"], "needs --url and --sha256"),
        (["tiny", "--url", "https://x/y", "--sha256", "12"], "64 hexadecimal digits"),
        (["buffalo_l", "--url", "https://x/y"], "det_10g and w600k_r50: pull each of them"),
        (["w600k_r50", "--sha256", String(repeating: "0", count: 64)], "--sha256 is not that of w600k_r50"),
    ])
    func `a pull that says too little or too much is refused with status 2`(
        words: [String], message: String
    ) async {
        let console = RecordedConsole()
        #expect(await console.run(["models", "pull"] + words + ["--data", folder.file("data")]) == 2)
        #expect(console.errors.contains(message), "\(console.errors)")
    }

    @Test func `a known model without an address says how else to get it`() async {
        let (status, console) = await pull("scrfd_2.5g_bnkps")
        #expect(status == 1 && console.errors.contains("arcface models add FILE"))
    }

    @Test func `the proxy of the environment is asked, but for hosts that no_proxy names`() async throws {
        let proxy = try FileServer(model)
        await #expect(processExitsWith: .success) { [proxy = proxy.address as String] in
            setenv("http_proxy", proxy, 1)
            setenv("no_proxy", "127.0.0.1", 1)
            let folder = TemporaryFolder()
            let direct = try FileServer(TinyModels.recognizer(seed: 1, dimension: 8)) { $0.status = 404 }
            let sum = String(repeating: "0", count: 64)
            func errors() async -> String {
                let console = RecordedConsole()
                let words = ["models", "pull", "tiny", "--url", direct.url, "--sha256", sum]
                _ = await console.run(words + ["--data", folder.path])
                return console.errors
            }
            guard await errors().contains("status 404") else { fatalError("not asked directly") }
            unsetenv("no_proxy")
            // The proxy answers with a file of its own, whose sum is another.
            guard await errors().contains("has SHA-256") else { fatalError("the proxy was not asked") }
            await direct.stop()
        }
        #expect(proxy.seen.count == 1)
        await proxy.stop()
    }
}

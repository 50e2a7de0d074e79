import Encodings
import FaceService
import Faces
import Foundation
import TestKit
import Testing

struct ConfigurationTests {
    private func load(
        _ text: String? = nil, environment: [String: String] = [:], options: [ConfigurationOption] = []
    ) throws -> Configuration {
        let folder = TemporaryFolder()
        let path = folder.file("a.json5")
        if let text { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
        return try ConfigurationLoader.load(
            file: text == nil ? nil : path, environment: environment, options: options)
    }

    private func refusal(_ text: String) -> ConfigurationError? {
        do {
            _ = try load(text)
            return nil
        } catch { return error as? ConfigurationError }
    }

    @Test func `the last of file, environment and options wins`() throws {
        let file = "{ server: { port: 1, host: '::1', drain_seconds: 3 } }"
        let configuration = try load(
            file,
            environment: ["ARCFACE_SERVER_PORT": "2", "ARCFACE_SERVER_HOST": "127.0.0.2", "PATH": "/bin"],
            options: [.init(name: "--port", key: "server.port", value: "3")])
        #expect(configuration.serverPort == 3)
        #expect(configuration.serverHost == "127.0.0.2")
        #expect(configuration.serverDrain == .seconds(3))
        #expect(configuration.origin(of: "server.port") == .option("--port"))
        #expect(configuration.origin(of: "server.host") == .environment("ARCFACE_SERVER_HOST"))
        #expect(configuration.origin(of: "server.max_body_bytes") == .builtIn)
    }

    @Test func `inversion is off unless a file or the environment says otherwise`() throws {
        #expect(!Configuration.defaults.inversionEnabled)
        #expect(Configuration.defaults.inversionMaxIterations == 2_000)
        let file = try load("{ inversion: { enabled: true, max_iterations: 9 } }")
        #expect(file.inversionEnabled && file.inversionMaxIterations == 9)
        let environment = try load(environment: ["ARCFACE_INVERSION_ENABLED": "true"])
        #expect(environment.inversionEnabled)
        #expect(
            environment.json["inversion"]?["enabled"]
                == .object(["value": .bool(true), "from": .string("ARCFACE_INVERSION_ENABLED")]))
        let refused = try #require(refusal("{ inversion: { max_iterations: 0 } }"))
        #expect(refused.key == "inversion.max_iterations")
    }

    @Test func `the printed configuration tells where each value came from`() throws {
        let configuration = try load(
            "{\n server: {\n port: 81 } }", environment: ["ARCFACE_GALLERIES_KEEP_CROPS": "false"])
        let json = configuration.json
        #expect(json["server"]?["port"]?["value"] == .integer(81))
        #expect(json["server"]?["port"]?["from"]?.stringValue?.hasSuffix("a.json5:3") == true)
        #expect(json["galleries"]?["keep_crops"]?["from"] == .string("ARCFACE_GALLERIES_KEEP_CROPS"))
        #expect(json["storage"]?["url"] == .object(["value": .null, "from": .string("default")]))
    }

    @Test(arguments: [
        ("{ server: { prot: 1 } }", "server.prot", "there is no such key"),
        ("{ sever: {} }", "sever", "there is no such section"),
        ("{ server: 5 }", "server", "is a number, but an object of keys is expected"),
        ("{ server: { port: '80' } }", "server.port", "is a string"),
        ("{ server: { port: 65536 } }", "server.port", "65536 is not a whole number from 0 to 65535"),
        ("{ server: { port: 1.5 } }", "server.port", "is a number"),
        ("{ server: { drain_seconds: -1 } }", "server.drain_seconds", "-1.0 is not a number from"),
        (
            "{ server: { allowed_hosts: 'a.net, http://b.net' } }", "server.allowed_hosts",
            "\"http://b.net\" is not the name of a host"
        ),
        (
            "{ server: { allowed_hosts: ' a.net b.net' } }", "server.allowed_hosts",
            "\"a.net b.net\" is not the name of a host"
        ),
        ("{ models: { detector_size: 100 } }", "models.detector_size", "100 is not a multiple of 32"),
        ("{ storage: { url: 'postgres://x' } }", "storage.url", "is not of the form sqlite:///"),
        ("{ storage: { url: 'sqlite:///a/b?mode=ro' } }", "storage.url", "has a '?', but parameters"),
        ("{ storage: { url: 'sqlite:///a/b#c' } }", "storage.url", "has a '#'"),
        ("{ storage: { url: 'sqlite:///a\\u0000b' } }", "storage.url", "has a NUL character"),
        ("{ storage: { data: 'a\\u0000b' } }", "storage.data", "has a NUL character"),
        ("{ logging: { level: 'loud' } }", "logging.level", "is not one of"),
        ("{ galleries: { keep_crops: 1 } }", "galleries.keep_crops", "is a number, but true or false"),
        ("{ server: { host: '' } }", "server.host", "is empty"),
    ])
    func `a wrong value stops with file, line, key and reason`(text: String, key: String, reason: String)
        throws
    {
        let error = try #require(refusal("\n" + text))
        #expect(error.place.hasSuffix("a.json5"))
        #expect(error.line == 2)
        #expect(error.key == key)
        #expect(error.reason.contains(reason), "\(error.reason)")
        #expect(error.description.contains("a.json5:2: \(key): "))
    }

    @Test func `text that is no JSON5, a repeated key and a missing file are refused`() {
        #expect(refusal("{\n\n server: }")?.line == 3)
        #expect(refusal("{ server: { port: 1, port: 2 } }")?.reason.contains("stands twice") == true)
        #expect(refusal("[]")?.reason == "an object of sections is expected")
        #expect(throws: ConfigurationError.self) {
            try ConfigurationLoader.load(file: "/nonexistent/x.json5", environment: [:], options: [])
        }
    }

    @Test(arguments: [
        ["ARCFACE_SERVER_PROT": "1"], ["ARCFACE_SERVER_PORT": "x"], ["ARCFACE_SERVER_PORT": "99999"],
        ["ARCFACE_LOGGING_ACCESS": "maybe"], ["ARCFACE_SERVER_DRAIN_SECONDS": "nan"],
    ])
    func `a wrong environment variable is refused and named`(environment: [String: String]) throws {
        let name = try #require(environment.keys.first)
        #expect { try load(environment: environment) } throws: { error in
            (error as? ConfigurationError)?.place == "environment variable \(name)"
        }
    }

    @Test(arguments: ["{}", "{ models: { detector: '' } }", "{ models: { detector: null } }"])
    func `without a model, with an empty one or with null the built-in one is meant`(text: String) throws {
        let configuration = try load(text)
        guard case .builtIn(let detector) = try configuration.modelSource(.detector),
            case .builtIn(let recognizer) = try configuration.modelSource(.recognizer)
        else { return #expect(Bool(false)) }
        #expect(detector.manifest.kind == .detector && recognizer.manifest.kind == .recognizer)
        let environment = try load(environment: ["ARCFACE_MODELS_DETECTOR": ""])
        #expect(environment.modelsDetector.isEmpty)
    }

    @Test func `a model that is given is a file`() throws {
        let configuration = try load("{ models: { recognizer: '\(#filePath)' } }")
        guard case .file(#filePath) = try configuration.modelSource(.recognizer) else {
            return #expect(Bool(false))
        }
    }

    @Test func `the database stands in the data folder unless an address says otherwise`() throws {
        #expect(Configuration.defaults.databasePath == "data/arcface.sqlite")
        let configuration = try load("{ storage: { url: 'sqlite:///var/a b.db', data: 'x' } }")
        #expect(configuration.databasePath == "/var/a b.db")
    }

    @Test func `backups go to the data folder unless the configuration says where`() throws {
        #expect(Configuration.defaults.backupFolder.hasSuffix("/data/backups"))
        #expect(Configuration.defaults.backupFolder.hasPrefix("/") && Configuration.defaults.backupKeep == 0)
        let elsewhere = try load(
            "{ storage: { url: 'sqlite:///var/a.db', data: '/x' }, backup: { keep: 7 } }")
        #expect(elsewhere.backupFolder == "/x/backups" && elsewhere.backupKeep == 7)
        let named = try load("{ storage: { data: '/x' }, backup: { folder: '/var/copies/' } }")
        #expect(named.backupFolder == "/var/copies")
        #expect(throws: ConfigurationError.self) { try load("{ backup: { keep: -1 } }") }
    }

    /// With `ARCFACE_WRITE_DOCUMENTS` set the files are written instead of compared.
    @Test func `the example file and the documentation follow the table`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = """
            # Configuration

            A JSON5 file (`--config`), then the environment, then options; the last one wins. `server.port` is
            `ARCFACE_SERVER_PORT` in the environment, and so on. A key that is unknown, of the wrong type or out of range
            stops the start with the place, the key and the reason; so does a variable `ARCFACE_<SECTION>_...` that names no
            key. A variable of no section is ignored, as Kubernetes sets `ARCFACE_SERVICE_HOST` and its kin. `arcface serve --print-config` shows each value with where it came from, and `config/arcface.json5` is an
            example with every key at its default. This page and that file follow from the table in the code by test.

            ## Instruction set

            `ARCFACE_CPU` is an environment variable alone: `portable`, `avx2`, `avx512`, `avx512_vnni`, `avx512_bf16` or `amx` makes every command use that
            set of kernels instead of the best that the CPU has. Empty is as if it were not set; any other text, or a set that the CPU lacks, ends
            the command with status 2. It is for tests and comparisons, and for a gallery of `bf16`, `bf16-unfused` or `int8-unfused` on a CPU
            that has more, and for fleets of mixed CPUs that share galleries of `bf16` (docs/engine.md). OpenBLAS, which runs `Gemm` of two changing matrices and `MatMul` by one of fewer than four columns, is not bound by it: `OPENBLAS_CORETYPE` (such as
            `Haswell`) is its own variable.


            """ + Setting.documentationTables
        for (name, text) in [("config/arcface.json5", Setting.exampleFile), ("docs/configuration.md", page)] {
            let file = root.appendingPathComponent(name)
            if ProcessInfo.processInfo.environment["ARCFACE_WRITE_DOCUMENTS"] != nil {
                try Data(text.utf8).write(to: file)
            }
            #expect(
                try String(contentsOf: file, encoding: .utf8) == text, "\(name) is not what the table says")
        }
    }

    @Test func `the example file loads and changes nothing`() throws {
        let configuration = try load(Setting.exampleFile)
        for setting in Setting.all {
            let entry = configuration.json[setting.section]?[setting.name]
            #expect(entry?["value"]?.jsonText() == setting.defaultValue.jsonText(), "\(setting.key)")
        }
    }
}

import Faces
import Foundation
import TestKit
import Testing

@Suite struct ModelManifestTests {
    private static let recognizer: [String: String] = [
        "kind": #""recognizer""#, "name": #""mine""#, "input_width": "96", "input_height": "112",
        "color_order": #""bgr""#, "mean": "[1, 2, 3.5]", "deviation": "[4, 5, 6]", "threshold": "0.31",
        "licence": #""MIT""#, "source": #""a shelf""#, "prior_art": #""a paper""#,
    ]

    private func json(_ changes: [String: String?] = [:]) -> [UInt8] {
        var values = Self.recognizer
        for (key, value) in changes { values[key] = value }
        let members = values.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        return Array("{\(members.joined(separator: ", "))}".utf8)
    }

    private func parse(_ changes: [String: String?] = [:]) throws(FacesError) -> ModelManifest {
        try ModelManifest.parse(json(changes), file: "mine.onnx.json")
    }

    /// The key that a refusal names.
    private func refusedKey(_ bytes: [UInt8]) -> String? {
        do throws(FacesError) {
            _ = try ModelManifest.parse(bytes, file: "mine.onnx.json")
            return nil
        } catch {
            guard case .manifestInvalid("mine.onnx.json", let key, let reason) = error, !reason.isEmpty else {
                return nil
            }
            return key
        }
    }

    @Test func `every value is read`() throws {
        let manifest = try parse()
        #expect(
            manifest
                == ModelManifest(
                    kind: .recognizer, name: "mine", inputWidth: 96, inputHeight: 112, colorOrder: .bgr,
                    mean: [1, 2, 3.5], deviation: [4, 5, 6], threshold: 0.31, licence: "MIT",
                    source: "a shelf",
                    priorArt: "a paper", origin: .file("mine.onnx.json")))
    }

    @Test func `what may be left out has its default`() throws {
        let manifest = try parse([
            "threshold": nil as String?, "input_width": nil, "input_height": nil, "licence": nil,
            "source": nil,
            "prior_art": nil,
        ])
        #expect(manifest.threshold == ModelManifest.defaultThreshold)
        #expect(manifest.inputWidth == nil && manifest.licence == nil && manifest.template == nil)
    }

    @Test func `a detector has a score and an overlap`() throws {
        let bytes = Array(
            """
            {"kind": "detector", "name": "d", "color_order": "rgb", "mean": [0, 0, 0], "deviation": [1, 1, 1],
             "minimum_score": 0.6, "maximum_overlap": 0.3, "input_width": 320, "input_height": 256}
            """.utf8)
        let manifest = try ModelManifest.parse(bytes, file: "d.onnx.json")
        #expect(manifest.kind == .detector && manifest.minimumScore == 0.6 && manifest.maximumOverlap == 0.3)
        #expect(manifest.inputWidth == 320 && manifest.inputHeight == 256)
    }

    private static let face =
        #"{"box": [1, 2, 30, 40], "score": 0.9, "landmarks": [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]]}"#

    @Test func `provenance, thresholds, measurements and golden answers are read`() throws {
        let manifest = try parse([
            "provenance": #"{"data": "photographs", "teacher": "a larger network"}"#,
            "thresholds":
                #"[{"fmr": 0.01, "threshold": 0.2, "tmr": 0.99}, {"fmr": 0.001, "threshold": 0.3}]"#,
            "metrics": #"{"validation_accuracy": 0.98}"#, "self_test": #"{"embedding": [0.5, -1, 2]}"#,
        ])
        #expect(manifest.provenance == ["data": "photographs", "teacher": "a larger network"])
        #expect(
            manifest.operatingPoints == [
                OperatingPoint(falseMatchRate: 0.01, threshold: 0.2, trueMatchRate: 0.99),
                OperatingPoint(falseMatchRate: 0.001, threshold: 0.3),
            ])
        #expect(manifest.metrics == ["validation_accuracy": 0.98])
        #expect(manifest.goldenAnswer == .embedding([0.5, -1, 2]))
    }

    private func detector(_ selfTest: String) -> [UInt8] {
        Array(
            """
            {"kind": "detector", "name": "d", "color_order": "rgb", "mean": [0, 0, 0], "deviation": [1, 1, 1],
             "self_test": \(selfTest)}
            """.utf8)
    }

    @Test func `golden faces of a detector are read`() throws {
        let manifest = try ModelManifest.parse(detector(#"{"faces": [\#(Self.face)]}"#), file: "d.onnx.json")
        let points: [Point] = (0..<5).map { (index: Int) -> Point in
            let x = Float(2 * index + 1)
            return Point(x: x, y: x + 1)
        }
        let box = Box(x: 1, y: 2, width: 30, height: 40)
        let expected = DetectedFace(box: box, score: 0.9, landmarks: points)
        #expect(manifest.goldenAnswer == .faces([expected]))
    }

    @Test(
        arguments: [
            (#"{"faces": []}"#, "self_test.faces"), (#"{"embedding": [1]}"#, "self_test"),
            ("{}", "self_test"),
            (#"{"faces": [{"box": [1, 2, 3, 4], "score": 0.5}]}"#, "self_test.faces.landmarks"),
            (#"{"faces": [{"box": [1, 2, 3], "score": 0.5, "landmarks": []}]}"#, "self_test.faces.box"),
            (#"{"faces": [{"box": [1, 2, 3, "4"], "score": 0.5, "landmarks": []}]}"#, "self_test.faces.box"),
            (#"{"faces": [{"box": [1, 2, 3, 4], "score": 2, "landmarks": []}]}"#, "self_test.faces.score"),
            (
                #"{"faces": [{"box": [1, 2, 3, 4], "score": 1, "landmarks": []}]}"#,
                "self_test.faces.landmarks"
            ),
            (#"{"faces": [{"box": [1, 2, 3, 4], "points": 1}]}"#, "self_test.faces.points"),
            (
                #"{"faces": [{"box": [1, 2, 0, 4], "score": 1, "landmarks": [[1, 2], [1, 2], [1, 2], [1, 2], [1, 2]]}]}"#,
                "self_test.faces.box"
            ),
        ] as [(String, String)])
    func `golden faces that are none are refused with their key`(selfTest: String, key: String) {
        let bytes = detector(selfTest)
        let error = #expect(throws: FacesError.self) {
            try ModelManifest.parse(bytes, file: "mine.onnx.json")
        }
        guard case .manifestInvalid(_, key, _)? = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
    }

    @Test(
        arguments: [
            ("provenance", "[]", "provenance"), ("provenance", #"{"data": 1}"#, "provenance.data"),
            ("provenance", #"{"": "x"}"#, "provenance"), ("metrics", #"{"a": "b"}"#, "metrics.a"),
            ("thresholds", "{}", "thresholds"), ("thresholds", #"[{"threshold": 1}]"#, "thresholds.fmr"),
            ("thresholds", #"[{"fmr": 0, "threshold": 1}]"#, "thresholds.fmr"),
            ("thresholds", #"[{"fmr": 0.1}]"#, "thresholds.threshold"),
            ("thresholds", #"[{"fmr": 0.1, "threshold": 2}]"#, "thresholds.threshold"),
            ("thresholds", #"[{"fmr": 0.1, "threshold": 0, "tmr": 1.5}]"#, "thresholds.tmr"),
            ("thresholds", #"[{"fmr": 0.1, "threshold": 0, "far": 1}]"#, "thresholds.far"),
            (
                "thresholds", #"[{"fmr": 0.1, "threshold": 0}, {"fmr": 0.1, "threshold": 0.5}]"#,
                "thresholds.fmr"
            ), ("self_test", #"{"embedding": [0, 0]}"#, "self_test.embedding"),
            ("self_test", #"{"embedding": []}"#, "self_test.embedding"),
            ("self_test", #"{"embedding": [1], "faces": []}"#, "self_test"),
            ("self_test", #"{"vector": [1]}"#, "self_test.vector"),
        ] as [(String, String, String)])
    func `a wrong value inside another is refused with the way to it`(
        key: String, value: String, place: String
    ) {
        #expect(refusedKey(json([key: value])) == place)
    }

    @Test(arguments: [
        ("kind", #""classifier""#), ("kind", "1"), ("name", #""""#), ("name", "[]"),
        ("color_order", #""RGB""#),
        ("mean", "[1, 2]"), ("mean", "127.5"), ("mean", #"["a", "b", "c"]"#), ("deviation", "[1, 1, 0]"),
        ("deviation", "[1, 1, -1]"), ("threshold", "1.5"), ("threshold", #""0.3""#), ("threshold", "-2"),
        ("input_width", "1"), ("input_width", "112.5"), ("input_height", "100000"), ("template", "[[1, 2]]"),
        ("template", "[[1, 2], [1, 2], [1, 2], [1, 2], [1, 2]]"), ("template", "[[1], [2], [3], [4], [5]]"),
        ("minimum_score", "0.5"), ("maximum_overlap", "0.5"), ("licence", "7"), ("colour_order", #""rgb""#),
        ("Name", #""x""#),
    ])
    func `a wrong value is refused with its key`(key: String, value: String) {
        #expect(refusedKey(json([key: value])) == key)
    }

    /// The sentence of a refusal.
    private func refusal(_ text: String) -> String? {
        do throws(FacesError) {
            _ = try ModelManifest.parse(Array(text.utf8), file: "mine.onnx.json")
            return nil
        } catch { return error.description }
    }

    @Test(arguments: [
        (#"{"kind": "detector", "deviation": [1e-300, 1, 1]}"#, #""name" missing"#),
        ("[]", "is not a JSON object"), ("null", "is not a JSON object"),
        (#"{"kind": "detector", "kind": "recognizer"}"#, #""kind" stands twice"#),
        (#"{"self_test": {"faces": [{"box": [], "box": []}]}}"#, #""self_test.faces.box" stands twice"#),
        (#"{"mean": [0, 1e400, 0]}"#, #""mean" has a number that does not fit into a double: 1e400"#),
        ("{\n\n \"kind\": \"detector\"\n \"name\": 1}", "is not JSON, line 4: ',' or '}' expected"),
        ("{\"kind\": \"detector", "is not JSON, line 1: a string without an end"),
        ("{\"kind\" 1}", "is not JSON, line 1: ':' expected after a key"),
        ("{} x", "is not JSON, line 1: text after the end"), (#"{"kind": nope}"#, "is not JSON"),
        (String(repeating: #"{"a":"#, count: 40), "nested deeper than 16"),
    ])
    func `what is wrong with the text is told with its line or its key`(text: String, reason: String) {
        let told = refusal(text)
        #expect(
            told?.hasPrefix("the manifest mine.onnx.json") == true && told?.contains(reason) == true,
            "\(told ?? "")")
    }

    @Test(arguments: ["[1e-300, 1, 1]", "[]", "[1e39, 1, 1]"])
    func `numbers that no float holds are refused with their key`(value: String) {
        #expect(refusedKey(json(["deviation": value])) == "deviation")
        #expect(refusedKey(json(["mean": value])) == (value.hasPrefix("[1e-300") ? nil : "mean"))
    }

    @Test(arguments: ["kind", "name", "color_order", "mean", "deviation"])
    func `a missing value is refused with its key`(key: String) {
        #expect(refusedKey(json([key: nil as String?])) == key)
    }

    @Test func `one side without the other is refused`() {
        #expect(refusedKey(json(["input_width": nil as String?])) == "input_width")
        #expect(refusedKey(json(["input_height": nil as String?])) == "input_height")
    }

    @Test(arguments: ["", "{", "[]", "null", "\"x\"", "{\"kind\": }", "\u{0}"])
    func `what is no object is refused as a whole`(text: String) {
        #expect(refusedKey(Array(text.utf8)) == "")
    }

    @Test func `damaged manifests are refused or read, never trapped on`() {
        var random = SeededGenerator(seed: 8)
        let whole = json()
        for _ in 0..<300 {
            var bytes = whole
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            if refusedKey(bytes) == nil {
                #expect(throws: Never.self) { try ModelManifest.parse(bytes, file: "mine.onnx.json") }
            }
        }
    }

    @Test func `a file that is much too long is refused`() {
        #expect(refusedKey([UInt8](repeating: 32, count: 100_000)) == "")
    }

    @Test func `it stands beside the model and may be absent`() throws {
        let folder = TemporaryFolder()
        let path = ModelManifest.path(besideModel: folder.file("mine.onnx"))
        #expect(path == folder.file("mine.onnx.json"))
        #expect(try ModelManifest.read(at: path) == nil)
        try Data(json()).write(to: URL(fileURLWithPath: path))
        #expect(try ModelManifest.read(at: path)?.origin == .file(path))
    }

    @Test func `a template of five points is read`() throws {
        let manifest = try parse(["template": "[[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]]"])
        #expect(manifest.template?[3] == Point(x: 35, y: 80))
    }

    @Test(arguments: ["my-recognizer", "my-detector"])
    func `the examples to copy are valid`(name: String) throws {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        let path = folder.appendingPathComponent("config/models/\(name).onnx.json").path
        #expect(try ModelManifest.read(at: path) != nil)
    }
}

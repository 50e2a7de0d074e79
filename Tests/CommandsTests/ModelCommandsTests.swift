import Foundation
import TestKit
import Testing

private let models = [
    "--detector",
    SharedFixtures.available ? SharedFixtures.path("models/detection/scrfd_500m_bnkps.onnx") : "",
    "--recognizer",
    SharedFixtures.available ? SharedFixtures.path("models/recognition/mobilefacenet_112x112.onnx") : "",
]

@Suite(.enabled(if: SharedFixtures.available, SharedFixtures.skipReason), .serialized)
struct ModelCommandsTests {
    private let group = SharedFixtures.available ? SharedFixtures.path("images/t1.jpg") : ""
    private let portrait = SharedFixtures.available ? SharedFixtures.path("images/Tom_Hanks_54745.png") : ""

    @Test func `detect answers an object a line and goes on after a broken file`() async throws {
        let folder = TemporaryFolder()
        let broken = folder.file("broken.jpg")
        try Data("no image".utf8).write(to: URL(fileURLWithPath: broken))
        let console = RecordedConsole()
        #expect(await console.run(["detect", "--json"] + models + [broken, group]) == 1)
        #expect(console.objects.count == 2)
        #expect(console.objects[0]["code"] as? String == "image_invalid")
        #expect((console.objects[1]["faces"] as? [Any])?.count == 6)
    }

    @Test func `embed prints unit vectors`() async throws {
        let console = RecordedConsole()
        #expect(await console.run(["embed", "--json"] + models + [portrait]) == 0)
        let faces = try #require(console.objects.first?["faces"] as? [[String: Any]])
        let vector = try #require(faces.first?["embedding"] as? [Double])
        #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
    }

    @Test func `verify knows a picture of the same person and one of another`() async {
        let same = RecordedConsole()
        #expect(await same.run(["verify", "--json"] + models + [portrait, portrait]) == 0)
        #expect(same.objects.first?["same"] as? Bool == true)
        let other = RecordedConsole()
        #expect(await other.run(["verify", "--json"] + models + [portrait, group]) == 0)
        #expect(other.objects.first?["same"] as? Bool == false)
    }

    @Test func `a folder is enrolled once and its people are identified and purified`() async throws {
        let folder = TemporaryFolder()
        let data = ["--data", folder.file("data"), "--gallery", "people"]
        let person = folder.file("photos/Tom Hanks")
        try FileManager.default.createDirectory(atPath: person, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: portrait, toPath: person + "/1.png")
        try FileManager.default.copyItem(atPath: group, toPath: person + "/2.jpg")

        let first = RecordedConsole()
        #expect(await first.run(["enroll", "--json"] + models + data + [folder.file("photos")]) == 0)
        #expect(first.objects.first?["enrolled"] as? Int == 1)
        let rejected = first.objects.first?["rejected"] as? [[String: Any]]
        #expect(rejected?.first?["code"] as? String == "multiple_faces")

        let again = RecordedConsole()
        #expect(await again.run(["enroll", "--json"] + models + data + [folder.file("photos")]) == 0)
        #expect(again.objects.first?["enrolled"] as? Int == 0)
        #expect(again.objects.first?["duplicates"] as? Int == 1)

        let asked = RecordedConsole()
        #expect(await asked.run(["identify"] + models + data + [portrait]) == 0)
        #expect(asked.output.contains("Tom Hanks"))

        let purified = RecordedConsole()
        #expect(await purified.run(["purify"] + models + data) == 0)
        #expect(purified.output.contains("1 kept, 0 set aside"))

        let calibrated = RecordedConsole()
        let plot = ["--plot", folder.file("scores.svg")]
        #expect(await calibrated.run(["calibrate"] + models + data + plot) == 0)
        #expect(calibrated.output.contains("FMR 1e-3: no threshold, a false match rate of 0.001 needs 10000"))
        #expect(try String(contentsOfFile: folder.file("scores.svg"), encoding: .utf8).hasPrefix("<svg"))
        let refused = RecordedConsole()
        #expect(await refused.run(["calibrate", "--apply", "1e-3"] + models + data) == 1)
        #expect(refused.errors.contains("nothing was applied"))

        let checked = RecordedConsole()
        #expect(await checked.run(["check"] + models + ["--data", folder.file("data")]) == 0)
        #expect(checked.output.contains("1 galleries, 1 faces, 0 problems"))
    }

    @Test func `evaluate reports the protocol's figures and draws the curve`() async throws {
        let folder = TemporaryFolder()
        for (name, file) in [("A/A_0001.jpg", portrait), ("A/A_0002.jpg", portrait), ("B/B_0001.jpg", group)]
        {
            let path = folder.file(name)
            try FileManager.default.createDirectory(
                at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: file, toPath: path)
        }
        try "1\nA\t1\t2\nA\t1\tB\t1\n".write(
            toFile: folder.file("pairs.txt"), atomically: true, encoding: .utf8)
        let console = RecordedConsole()
        let words = ["evaluate", "--json", "--images", folder.path, "--pairs", folder.file("pairs.txt")]
        let files = [
            "--plot", folder.file("roc.svg"), "--histogram", folder.file("scores.svg"), "--scores",
            folder.file("scores.tsv"),
        ]
        #expect(await console.run(words + files + models) == 0)
        #expect(console.objects.first?["accuracy"] as? Double == 1)
        #expect(console.objects.first?["faces_not_found"] as? Int == 0)
        #expect(console.objects.first?["images"] as? Int == 3)
        let report = try #require(console.objects.first)
        #expect(report["genuine"] as? Int == 1 && report["impostor"] as? Int == 1)
        #expect(report["open_set"] == nil && report["intervals"] == nil)
        for file in ["roc.svg", "scores.svg"] {
            #expect(try String(contentsOfFile: folder.file(file), encoding: .utf8).hasPrefix("<svg"))
        }
        let table = try String(contentsOfFile: folder.file("scores.tsv"), encoding: .utf8)
        let lines = table.split(separator: "\n").map { $0.split(separator: "\t") }
        #expect(lines.count == 3 && lines[0] == ["first", "second", "same", "similarity"])
        #expect(lines[1][..<3] == ["A/A_0001.jpg", "A/A_0002.jpg", "1"])
        #expect(try #require(Float(lines[1][3])) > 0.999)

        let openSet = RecordedConsole()
        let curve = ["--open-set-plot", folder.file("open.svg")]
        #expect(
            await openSet.run(["evaluate", "--json", "--open-set", "--images", folder.path] + curve + models)
                == 0)
        let found = try #require(openSet.objects.first?["open_set"] as? [String: Any])
        #expect(found["identities"] as? Int == 1 && found["mated_probes"] as? Int == 1)
        #expect(found["rank_1"] as? Double == 1 && openSet.objects.first?["pairs"] == nil)
        #expect(try String(contentsOfFile: folder.file("open.svg"), encoding: .utf8).hasPrefix("<svg"))
    }

    @Test func `run writes outputs and shapes, and bench times the same model`() async throws {
        let folder = TemporaryFolder()
        let model = SharedFixtures.path("models/recognition/arcface_mobilefacenet_112x96.onnx")
        let input = SharedFixtures.path("golden/arcface_mobilefacenet_112x96/input.f32")
        let ran = await arcface(
            "run", model, "--input", "input=\(input)", "--shape", "input=6x3x112x96", "--output-dir",
            folder.path)
        #expect(ran.status == 0, "\(ran.console.errors)")
        let shapes = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: folder.file("shapes.json"))))
        #expect((shapes as? [String: [Int]])?["embedding"] == [6, 128])
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("embedding.f32"))).count == 6 * 128 * 4)

        let timed = await arcface("bench", model, "--shape", "1x3x112x96", "--seconds", "0.01", "--json")
        #expect(timed.status == 0)
        #expect((timed.console.objects.first?["median_ms"] as? Double ?? 0) > 0)
    }

    @Test func `models info counts operators and says what can be run`() async {
        let (status, console) = await arcface(
            "models", "info", SharedFixtures.path("models/detection/yunet_2023mar.onnx"), "--json")
        #expect(status == 0)
        #expect(console.objects.first?["supported"] as? Bool == true)
        #expect((console.objects.first?["operators"] as? [String: Int])?["Conv"] == 53)
    }
}

import Faces
import Foundation
import Imaging
import TestKit
import Testing

/// Real files with right, wrong and missing manifests.
@Suite(.enabled(if: SharedFixtures.available, SharedFixtures.skipReason))
struct ModelLoadingTests {
    private static let recognizer = SharedFixtures.path("models/recognition/mobilefacenet_112x112.onnx")
    private static let narrow = SharedFixtures.path("models/recognition/arcface_mobilefacenet_112x96.onnx")
    private static let detector = SharedFixtures.path("models/detection/yunet_n_dynamic.onnx")

    /// A copy that no SHA-256 is known of: an unknown protobuf field (number 1000, value 0) is appended.
    private func unknownCopy(of path: String, in folder: TemporaryFolder, manifest: String? = nil) throws
        -> String
    {
        let copy = folder.file("mine.onnx")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path)) + Data([0xC0, 0x3E, 0x00])
        try bytes.write(to: URL(fileURLWithPath: copy))
        if let manifest {
            try Data(manifest.utf8).write(to: URL(fileURLWithPath: ModelManifest.path(besideModel: copy)))
        }
        return copy
    }

    /// The error that loading a file ends with.
    private func refusal(_ body: () throws -> Void) -> FacesError? {
        do {
            try body()
            return nil
        } catch { return error as? FacesError }
    }

    @Test func `known files have their manifest and dimension`() throws {
        let embedder = try FaceEmbedder(modelAt: Self.recognizer)
        #expect(embedder.manifest.name == "mobilefacenet_112x112" && embedder.manifest.origin == .builtIn)
        #expect(embedder.dimension == 128 && embedder.inputWidth == 112 && embedder.inputHeight == 112)
        #expect(embedder.fingerprint == "e72a5710cce378dc46472b6b845cb90647634f2738d8c3e581735cf195b9866f")
        let narrow = try FaceEmbedder(modelAt: Self.narrow)
        #expect(
            narrow.dimension == 128 && narrow.inputWidth == 96
                && narrow.preprocessing.hasPrefix("size=96x112 "))
    }

    @Test func `an unknown recogniser of InsightFace's shape is assumed to be of its convention and says so`()
        throws
    {
        let folder = TemporaryFolder()
        let embedder = try FaceEmbedder(modelAt: unknownCopy(of: Self.recognizer, in: folder))
        guard case .assumed(let note) = embedder.manifest.origin else {
            return #expect(Bool(false), "\(embedder.manifest.origin)")
        }
        #expect(note.contains("mine.onnx.json") && embedder.manifest.name == "mine")
        #expect(embedder.manifest.deviation == [127.5, 127.5, 127.5])
    }

    @Test func `an unknown recogniser of another shape is refused with a manifest to write`() throws {
        let folder = TemporaryFolder()
        let path = try unknownCopy(of: Self.narrow, in: folder)
        let error = refusal { _ = try FaceEmbedder(modelAt: path) }
        guard case .manifestMissing(path, path + ".json", let reason) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        // The example in the text is itself a manifest.
        let first = try #require(reason.firstIndex(of: "{")), last = try #require(reason.lastIndex(of: "}"))
        let example = reason[first...last]
        #expect(try ModelManifest.parse(Array(example.utf8), file: "x").inputWidth == 96)
    }

    @Test func `the file beside the model goes before the table`() throws {
        let folder = TemporaryFolder()
        let path = try unknownCopy(
            of: Self.recognizer, in: folder,
            manifest: """
                {"kind": "recognizer", "name": "renamed", "color_order": "bgr", "mean": [0, 0, 0],
                 "deviation": [255, 255, 255], "threshold": 0.4}
                """)
        let embedder = try FaceEmbedder(modelAt: path)
        #expect(embedder.manifest.name == "renamed" && embedder.manifest.threshold == 0.4)
        #expect(embedder.preprocessing.contains("order=bgr"))
    }

    @Test func `a manifest that contradicts the file is refused with its key`() throws {
        let folder = TemporaryFolder()
        let path = try unknownCopy(
            of: Self.recognizer, in: folder,
            manifest: """
                {"kind": "recognizer", "name": "x", "color_order": "rgb", "mean": [0, 0, 0],
                 "deviation": [1, 1, 1], "input_width": 96, "input_height": 112}
                """)
        guard
            case .manifestInvalid(path + ".json", "input_width", _) = refusal({
                _ = try FaceEmbedder(modelAt: path)
            })
        else { return #expect(Bool(false)) }
    }

    @Test func `a detector is no recogniser and a recogniser no detector`() {
        let errors = [
            refusal { _ = try FaceEmbedder(modelAt: Self.detector) },
            refusal { _ = try FaceDetector(modelAt: Self.recognizer) },
        ]
        for error in errors {
            guard case .modelInvalid(_, let reason) = error else { return #expect(Bool(false)) }
            #expect(!reason.isEmpty)
        }
    }

    @Test func `an unknown detector is taken for its layout's convention`() throws {
        let folder = TemporaryFolder()
        let detector = try FaceDetector(modelAt: unknownCopy(of: Self.detector, in: folder), inputSize: 320)
        guard case .assumed = detector.manifest.origin else { return #expect(Bool(false)) }
        #expect(detector.manifest.colorOrder == .bgr && detector.canvas == .square(320))
        #expect(try detector.detect(in: try GoldenPipeline.source("t1.jpg")).count == 6)
    }

    @Test func `free input sizes are rounded up to a multiple of 32, fixed ones stay`() throws {
        #expect(try FaceDetector(modelAt: Self.detector).canvas == .square(640))
        #expect(try FaceDetector(modelAt: Self.detector, inputSize: 300).canvas == .square(320))
        let fixed = SharedFixtures.path("models/detection/scrfd_500m_bnkps.onnx")
        #expect(try FaceDetector(modelAt: fixed, inputSize: 320).canvas == .square(640))
        for size in [0, -1, 4_097, Int.max] {
            guard
                case .inputSizeInvalid(size, _) = refusal({
                    _ = try FaceDetector(modelAt: Self.detector, inputSize: size)
                })
            else { return #expect(Bool(false)) }
        }
    }

    @Test func `a file that is no model is refused`() throws {
        let folder = TemporaryFolder()
        try Data("not a model".utf8).write(to: URL(fileURLWithPath: folder.file("x.onnx")))
        for path in [folder.file("x.onnx"), folder.file("absent.onnx")] {
            guard case .inference(path, _) = refusal({ _ = try FaceEmbedder(modelAt: path) })
            else { return #expect(Bool(false)) }
        }
    }
}

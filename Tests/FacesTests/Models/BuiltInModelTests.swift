import Digest
import Faces
import Foundation
import Imaging
import Kernels
import TestKit
import Testing

/// The models that travel inside the executable.
@Suite struct BuiltInModelTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
            "Sources/CModels/models")

    @Test(arguments: ModelManifest.Kind.allCases)
    func `the executable holds the files of the folder`(kind: ModelManifest.Kind) throws {
        let model = BuiltInModel.of(kind)
        let file = try Data(contentsOf: Self.folder.appendingPathComponent("\(kind.rawValue).onnx"))
        #expect(model.bytes.count == file.count)
        #expect(model.fingerprint == SHA256.hex([UInt8](file)))
        let json = try Data(contentsOf: Self.folder.appendingPathComponent("\(kind.rawValue).onnx.json"))
        var manifest = try ModelManifest.parse([UInt8](json), file: "x")
        manifest.origin = .builtIn
        #expect(model.manifest == manifest)
    }

    @Test(arguments: ModelManifest.Kind.allCases)
    func `the manifests say where the models come from and what the self-test must find`(
        kind: ModelManifest.Kind
    ) throws {
        let manifest = BuiltInModel.of(kind).manifest
        #expect(manifest.kind == kind)
        #expect(manifest.licence?.isEmpty == false)
        for key in ["data", "teacher", "commercial_use", "training"] {
            #expect(manifest.provenance[key]?.isEmpty == false, "\(key)")
        }
        #expect(!manifest.metrics.isEmpty)
        #expect(manifest.goldenAnswer != nil)
        #expect(kind == .detector || !manifest.operatingPoints.isEmpty)
        #expect(!KnownModel.all.map(\.manifest.name).contains(manifest.name))
    }

    @Test func `the recogniser is loaded as its file would be`() throws {
        let embedder = try FaceEmbedder()
        #expect(embedder.dimension == 128 && embedder.inputWidth == 112 && embedder.inputHeight == 112)
        #expect(embedder.fingerprint == BuiltInModel.recognizer.fingerprint)
        let path = Self.folder.appendingPathComponent("recognizer.onnx").path
        let fromFile = try FaceEmbedder(modelAt: path)
        #expect(fromFile.fingerprint == embedder.fingerprint)
        #expect(fromFile.preprocessing == embedder.preprocessing)
        #expect(fromFile.manifest.origin == .file(path + ".json"))
    }

    @Test(arguments: Precision.allCases)
    func `every precision passes the self-test under a contract of its own`(precision: Precision) throws {
        let embedder = try FaceEmbedder(precision: precision)
        #expect(try embedder.selfTest().isGolden)
        let usual = try FaceEmbedder().preprocessing
        let expected = precision.contractName().map { usual + " precision=\($0)" } ?? usual
        #expect(embedder.preprocessing == expected)
        #expect(CropGeometry(preprocessing: expected) == CropGeometry(preprocessing: usual))
        #expect(CropGeometry(preprocessing: expected) != nil)
    }

    /// What docs/performance.md says of a face, with room for another picture: relative L2 error, on unit
    /// vectors.
    @Test(arguments: [
        (Precision.float16Weights, 1e-5...1e-3), (.bfloat16, 1e-3...2e-2), (.int8, 1e-2...6e-2),
    ])
    func `a narrower precision moves an embedding by its own error`(
        precision: Precision, range: ClosedRange<Double>
    ) throws {
        let crop = try SelfTestPictures.face().decode()
        let vectors = try [Precision.float32, precision].map { precision in
            try FaceEmbedder(precision: precision).embed([crop])[0].vector
        }
        let difference = zip(vectors[0], vectors[1]).map { Double($0 - $1) * Double($0 - $1) }
        let error = difference.reduce(0, +).squareRoot()
        #expect(range.contains(error), "\(error)")
    }

    @Test(arguments: [32, 96, 320, 480, 640, 1_024])
    func `the detector takes any size that is a multiple of 32`(size: Int) throws {
        let detector = try FaceDetector(inputSize: size)
        #expect(detector.canvas == .square(size))
        _ = try detector.detect(in: try SelfTestPictures.portrait(), options: .init(rescue: false))
    }

    @Test func `the default size finds the portrait's face where the golden answer has it`() throws {
        guard case .faces(let golden)? = BuiltInModel.detector.manifest.goldenAnswer else {
            return #expect(Bool(false))
        }
        let detector = try FaceDetector()
        #expect(detector.canvas == .square(FaceDetector.defaultInputSize))
        let largest = try #require(golden.max { $0.box.area < $1.box.area })
        let found = try #require(try detector.detect(in: try SelfTestPictures.portrait()).first)
        // Another size sees another picture, so the boxes only come close.
        #expect(found.box.intersectionOverUnion(largest.box) > 0.6)
    }
}

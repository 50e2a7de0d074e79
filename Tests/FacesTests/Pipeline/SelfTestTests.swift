import Faces
import Foundation
import Imaging
import ONNX
import TestKit
import Testing

/// That the self-test passes on what is right and fails on what is not.
@Suite struct SelfTestTests {
    private static let pixels = 320

    /// What the self-test of a model complains about; nil where it passes.
    private func complaint(_ test: () throws -> Void) -> String? {
        do {
            try test()
            return nil
        } catch {
            guard let error = error as? FacesError, case .selfTestFailed(_, let reason) = error else {
                return "another error: \(error)"
            }
            return reason
        }
    }

    @Test func `both built-in models give their golden answers`() throws {
        let pipeline = FacePipeline(detector: try FaceDetector(), embedder: try FaceEmbedder())
        let outcomes = try pipeline.selfTest()
        #expect(outcomes.map(\.isGolden) == [true, true])
        #expect(
            outcomes.map(\.model) == [
                BuiltInModel.detector.manifest.name, BuiltInModel.recognizer.manifest.name,
            ]
        )
    }

    @Test func `the golden answer is asked for at its own size whatever the detector runs at`() throws {
        for size in [160, 320, 1_280] { #expect(try FaceDetector(inputSize: size).selfTest().isGolden) }
    }

    /// A built-in model with the signs of half the weights of one initializer turned.
    private func damaged(_ model: BuiltInModel, where isIt: (TensorValue) -> Bool) throws -> ModelSource {
        var bytes = Array(model.bytes)
        let tensors = try Model(ModelBytes(bytes)).graph.initializers.filter {
            $0.shape.count >= 2 && isIt($0)
        }
        let tensor = try #require(tensors.max { $0.count < $1.count })
        guard case .raw(let slice) = tensor.payload else { throw FixtureBroken() }
        let width = try #require(tensor.dataType.byteCount)
        // Little-endian: the sign is in the last byte of each number.
        for index in 0..<tensor.count / 2 {
            bytes[slice.range.lowerBound + index * width + width - 1] ^= 0x80
        }
        return .memory(bytes, manifest: model.manifest, name: "damaged")
    }

    private struct FixtureBroken: Error {}

    @Test func `a recogniser with a damaged weight fails, be it the first or the largest`() throws {
        for isIt in [{ $0.shape.count == 4 && $0.shape[1] == 3 }, { _ in true }] as [(TensorValue) -> Bool] {
            let embedder = try FaceEmbedder(damaged(.recognizer, where: isIt))
            #expect(complaint { _ = try embedder.selfTest() }?.contains("a cosine of") == true)
        }
    }

    @Test func `a detector with a damaged weight fails`() throws {
        let detector = try FaceDetector(damaged(.detector) { $0.shape.count == 4 && $0.shape[1] == 3 })
        #expect(complaint { _ = try detector.selfTest() }?.contains("test picture") == true)
    }

    @Test func `a copy in memory that is not damaged passes`() throws {
        let model = BuiltInModel.recognizer
        let embedder = try FaceEmbedder(
            .memory(Array(model.bytes), manifest: model.manifest, name: "copy"))
        #expect(try embedder.selfTest().isGolden)
        #expect(embedder.fingerprint == model.fingerprint)
    }

    @Test func `a golden vector of another length than the model's is refused with its key`() throws {
        let model = BuiltInModel.recognizer
        var manifest = model.manifest
        manifest.goldenAnswer = .embedding([1, 2, 3])
        let error = #expect(throws: FacesError.self) {
            try FaceEmbedder(.memory(Array(model.bytes), manifest: manifest, name: "mine"))
        }
        guard case .manifestInvalid("mine.json", "self_test.embedding", _)? = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
    }

    /// A recogniser of 3 numbers: the mean of each plane of its input.
    private func means(width: Int, height: Int) -> [UInt8] {
        var model = ONNXWriter()
        model.input("x", [nil, 3, height, width])
        model.node("GlobalAveragePool", ["x"], ["m"])
        model.node("Flatten", ["m"], ["y"])
        model.output("y", [nil, 3])
        return model.bytes
    }

    private func meansManifest(golden: [Float]) -> ModelManifest {
        var manifest = ModelManifest(
            kind: .recognizer, name: "means", colorOrder: .rgb, mean: [0, 0, 0], deviation: [255, 255, 255])
        manifest.goldenAnswer = .embedding(golden)
        return manifest
    }

    @Test func `a model that was brought along is held against its own golden vector`() throws {
        let face = try SelfTestPictures.face().decode()
        #expect(face.width == GoldenAnswer.faceSide && face.height == GoldenAnswer.faceSide)
        var sums = [Double](repeating: 0, count: 3)
        for (index, value) in face.pixels.enumerated() { sums[index % 3] += Double(value) }
        // Its length does not matter.
        let golden = sums.map { Float($0 / 1e4) }
        let bytes = means(width: 112, height: 112)
        let right = try FaceEmbedder(
            .memory(bytes, manifest: meansManifest(golden: golden), name: "means"))
        #expect(try right.selfTest().isGolden)
        let wrong = try FaceEmbedder(
            .memory(
                bytes, manifest: meansManifest(golden: [golden[0], golden[1], -golden[2]]), name: "means"))
        #expect(complaint { _ = try wrong.selfTest() }?.contains("a cosine of") == true)
    }

    @Test func `a recogniser of another size is tested without the golden vector`() throws {
        let embedder = try FaceEmbedder(
            .memory(
                means(width: 96, height: 112), manifest: meansManifest(golden: [1, -1, 1]), name: "means"))
        #expect(try embedder.selfTest().isGolden == false)
    }

    /// A detector that always answers the same.
    private struct FixedNetwork: DetectionNetwork {
        let canvas: CanvasSize
        let faces: [DetectedFace]
        func detect(on image: Image, minimumScore: Float) throws(FacesError) -> [DetectedFace] { faces }
    }

    /// The complaint of a detector that finds `faces`, in pixels of the portrait, where `golden` are
    /// expected.
    private func complaint(finding faces: [DetectedFace], instead golden: [DetectedFace]) throws -> String? {
        let portrait = try SelfTestPictures.portrait()
        let placement = Placement(
            imageWidth: portrait.width, imageHeight: portrait.height, on: .square(Self.pixels))
        let scale = Float(placement.scale)
        let onCanvas = faces.map { face in
            DetectedFace(
                box: Box(
                    x: face.box.x * scale, y: face.box.y * scale, width: face.box.width * scale,
                    height: face.box.height * scale), score: face.score,
                landmarks: face.landmarks.map { Point(x: $0.x * scale, y: $0.y * scale) })
        }
        var manifest = ModelManifest(
            kind: .detector, name: "fixed", mean: [0, 0, 0], deviation: [1, 1, 1])
        manifest.goldenAnswer = .faces(golden)
        let detector = FaceDetector(
            network: FixedNetwork(canvas: .square(Self.pixels), faces: onCanvas), manifest: manifest,
            fingerprint: "")
        return complaint { _ = try detector.selfTest() }
    }

    @Test func `golden faces may move as far as engines differ and no further`() throws {
        let golden = DetectedFace.made(x: 40, y: 40, width: 100, height: 120)
        #expect(try complaint(finding: [golden], instead: [golden]) == nil)
        var near = golden
        near.score -= 0.015
        near.box.width += 2
        near.landmarks[2].x += 0.9
        #expect(try complaint(finding: [near], instead: [golden]) == nil)

        var score = golden, box = golden, landmark = golden
        score.score -= 0.03
        box.box.x += 8
        landmark.landmarks[4].y -= 1.2
        #expect(try complaint(finding: [score], instead: [golden])?.contains("score") == true)
        #expect(try complaint(finding: [box], instead: [golden])?.contains("overlaps") == true)
        #expect(try complaint(finding: [landmark], instead: [golden])?.contains("landmark") == true)
    }

    @Test func `a face too few or too many is told`() throws {
        let one = DetectedFace.made(x: 40, y: 40, width: 60, height: 70)
        let other = DetectedFace.made(x: 140, y: 40, width: 60, height: 70)
        #expect(try complaint(finding: [one], instead: [one, other])?.hasPrefix("1 faces") == true)
        #expect(try complaint(finding: [other, one], instead: [one])?.hasPrefix("2 faces") == true)
        #expect(try complaint(finding: [other, one], instead: [one, other]) == nil)
    }

    @Test func `a detector of one other size is tested without the golden faces`() throws {
        let golden = DetectedFace.made(x: 40, y: 40, width: 100, height: 120)
        var manifest = ModelManifest(
            kind: .detector, name: "fixed", mean: [0, 0, 0], deviation: [1, 1, 1])
        manifest.goldenAnswer = .faces([golden])
        let elsewhere = DetectedFace.made(x: 4, y: 4, width: 10, height: 12)
        let detector = FaceDetector(
            network: FixedNetwork(canvas: .square(640), faces: [elsewhere]), manifest: manifest,
            fingerprint: "")
        #expect(try detector.selfTest().isGolden == false)
    }
}

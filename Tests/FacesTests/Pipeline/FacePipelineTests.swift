import Faces
import Imaging
import TestKit
import Testing

/// The whole path with real models, beyond what the reference tells.
@Suite(.enabled(if: SharedFixtures.available, SharedFixtures.skipReason), .serialized)
struct FacePipelineTests {
    private func pipeline(_ recognizer: String = "mobilefacenet_112x112") throws -> FacePipeline {
        FacePipeline(
            detector: try FaceDetector(
                modelAt: SharedFixtures.path("models/detection/yunet_n_dynamic.onnx"), inputSize: 640),
            embedder: try FaceEmbedder(modelAt: SharedFixtures.path("models/recognition/\(recognizer).onnx")))
    }

    private func cosine(_ a: FaceEmbedding, _ b: FaceEmbedding) -> Float {
        zip(a.vector, b.vector).reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test func `the self-test passes, without golden answers where the manifest has none`() throws {
        #expect(try pipeline().selfTest().map(\.isGolden) == [false, false])
    }

    @Test(arguments: ["mobilefacenet_112x112", "arcface_mobilefacenet_112x96"])
    func `a batch gives what its crops give alone`(recognizer: String) throws {
        let pipeline = try pipeline(recognizer)
        let crops = try pipeline.detectAndCrop(in: try GoldenPipeline.source("t1.jpg")).map(\.image)
        #expect(crops.count == 6)
        let together = try pipeline.embedder.embed(crops + crops.reversed())
        #expect(together.count == 12)
        for (index, crop) in (crops + crops.reversed()).enumerated() {
            let alone = try pipeline.embedder.embed([crop])[0]
            #expect(cosine(alone, together[index]) > 0.99999)
        }
    }

    @Test func `detection followed by crops gives what both in one give`() throws {
        let pipeline = try pipeline()
        let source = try GoldenPipeline.source("t1.jpg")
        let faces = try pipeline.detect(in: source)
        let picture = DecodedPicture(try source.decode())
        let apart = try pipeline.crops(of: faces, in: picture),
            together = try pipeline.detectAndCrop(in: source)
        #expect(apart.map(\.face) == together.map(\.face))
        for (a, b) in zip(try pipeline.analyse(apart), try pipeline.analyse(together)) {
            #expect(cosine(a.embedding, b.embedding) > 0.9999)
        }
        #expect(apart.map(\.image) == together.map(\.image))
    }

    /// At 320 SCRFD finds nothing in the turned photograph, at 640 some faces whose eyes stand above each
    /// other.
    @Test(arguments: [(1, 320), (2, 320), (3, 320), (1, 640), (3, 640)])
    func `a photograph on its side gives the same people`(turns: Int, size: Int) throws {
        let pipeline = FacePipeline(
            detector: try FaceDetector(
                modelAt: SharedFixtures.path("models/detection/scrfd_2.5g_bnkps.onnx"), inputSize: size),
            embedder: try pipeline().embedder)
        let upright = try GoldenPipeline.source("t1.jpg").decode()
        let turned = try SourceImage(bytes: upright.rotated(quarterTurns: turns).png())
        let people = try pipeline.analyse(
            try pipeline.detectAndCrop(in: try SourceImage(bytes: upright.png())))
        let same = try pipeline.analyse(try pipeline.detectAndCrop(in: turned))
        #expect(same.count == people.count)
        for person in people { #expect(same.contains { cosine($0.embedding, person.embedding) > 0.9 }) }
    }

    @Test func `an aligned crop is embedded as it is, another size is refused`() throws {
        let pipeline = try pipeline()
        let crop = try pipeline.detectAndCrop(in: try GoldenPipeline.source("t1.jpg"))[0]
        let again = try pipeline.alignedCrop(from: try SourceImage(bytes: crop.image.png()))
        #expect(again.image == crop.image && again.landmarks == AlignmentTemplate.arcFace)
        let other = try SourceImage(bytes: Image(width: 96, height: 112, color: .black).png())
        let error = #expect(throws: FacesError.self) { try pipeline.alignedCrop(from: other) }
        guard case .wrongCropSize(112, 112, 96, 112) = error else { return #expect(Bool(false)) }
        #expect(throws: FacesError.self) {
            try pipeline.embedder.embed([Image(width: 111, height: 112, color: .black)])
        }
        #expect(try pipeline.embedder.embed([]).isEmpty)
    }

    @Test func `several threads get the same vectors as one`() async throws {
        let pipeline = try pipeline()
        let crops = try pipeline.detectAndCrop(in: try GoldenPipeline.source("t1.jpg")).map(\.image)
        let alone = try pipeline.embedder.embed(crops)
        try await withThrowingTaskGroup(of: [FaceEmbedding].self) { group in
            for _ in 0..<8 { group.addTask { try pipeline.embedder.embed(crops) } }
            for try await embeddings in group { #expect(embeddings == alone) }
        }
    }

    @Test func `quality tells a real face`() throws {
        let pipeline = try pipeline()
        for face in try pipeline.analyse(try pipeline.detectAndCrop(in: try GoldenPipeline.source("t1.jpg")))
        {
            #expect(
                face.quality.faceSize > 60 && face.quality.sharpness > 10 && face.quality.embeddingNorm > 1)
            #expect(abs(face.quality.roll) < 30 && abs(face.quality.yaw) < 60 && abs(face.quality.pitch) < 45)
        }
    }

    @Test func `an image without a face gives an empty list`() throws {
        let grey = Image(width: 320, height: 200, color: .grey(128))
        #expect(try pipeline().detectAndCrop(in: try SourceImage(bytes: grey.png())).isEmpty)
    }
}

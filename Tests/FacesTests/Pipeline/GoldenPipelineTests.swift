import Faces
import Imaging
import TestKit
import Testing

/// Our pipeline against OpenCV and ONNX Runtime, four detectors by two recognisers by two photographs.
@Suite(.enabled(if: SharedFixtures.available, SharedFixtures.skipReason), .serialized)
struct GoldenPipelineTests {
    @Test(arguments: GoldenPipeline.names)
    func `boxes, landmarks and embeddings agree with the reference`(name: String) throws {
        let golden = try GoldenPipeline(named: name)
        let pipeline = try golden.pipeline()
        for (image, expected) in golden.images.sorted(by: { $0.key < $1.key }) {
            let source = try GoldenPipeline.source(image)
            // The reference makes one pass.
            let crops = try pipeline.detectAndCrop(in: source, options: DetectionOptions(rescue: false))
            let found = try pipeline.analyse(crops)
            #expect(found.count == expected.count, "\(image)")
            for face in expected { try compare(found, with: face, "\(name) \(image)") }
        }
    }

    @Test func `the photograph of six has six faces`() throws {
        for name in GoldenPipeline.names {
            #expect(try GoldenPipeline(named: name).images["t1.jpg"]?.count == 6)
        }
    }

    @Test func `a face that one pass misses is found by the rescue passes`() throws {
        let golden = try GoldenPipeline(named: "pipeline_scrfd_500m_bnkps__mobilefacenet_112x112.json")
        #expect(golden.images["Tom_Hanks_54745.png"]?.isEmpty == true)
        let source = try GoldenPipeline.source("Tom_Hanks_54745.png")
        let faces = try golden.pipeline().detect(in: source)
        let other = try GoldenPipeline(named: "pipeline_yunet_2023mar__mobilefacenet_112x112.json")
        let expected = try #require(other.images["Tom_Hanks_54745.png"]?.first)
        #expect(faces.count == 1)
        // Another detector's opinion of a face 80 pixels wide.
        for (point, reference) in zip(faces[0].landmarks, expected.landmarks) {
            #expect(point.distance(to: reference) < 8)
        }
    }

    private func compare(_ found: [AnalysedFace], with golden: GoldenPipeline.Face, _ place: String) throws {
        let match = try #require(
            found.max {
                $0.face.box.intersectionOverUnion(golden.box) < $1.face.box.intersectionOverUnion(golden.box)
            })
        let overlap = match.face.box.intersectionOverUnion(golden.box)
        let distance =
            zip(match.face.landmarks, golden.landmarks).map { $0.distance(to: $1) }.max() ?? .infinity
        let cosine = zip(match.embedding.vector, golden.embedding).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(overlap > 0.95, "\(place)")
        #expect(distance < 1, "\(place)")
        #expect(cosine > 0.999, "\(place)")
        #expect(abs(match.face.score - golden.score) < 0.02, "\(place)")
        #expect(abs(match.embedding.norm / golden.embeddingNorm - 1) < 0.02, "\(place)")
    }
}

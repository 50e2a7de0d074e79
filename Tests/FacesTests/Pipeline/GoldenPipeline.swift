import Faces
import Foundation
import Imaging
import TestKit

/// One file of reference results: what OpenCV and ONNX Runtime make of two photographs.
struct GoldenPipeline: Decodable {
    struct Face: Decodable {
        let box: Box
        let score: Float
        let landmarks: [Point]
        let embedding: [Float]
        let embeddingNorm: Float

        enum CodingKeys: String, CodingKey {
            case box, score, landmarks, embedding
            case embeddingNorm = "embedding_norm"
        }
    }

    let detector: String
    let size: Int
    let recognizer: String
    let images: [String: [Face]]

    /// The eight combinations, by file name.
    static let names = ["scrfd_500m_bnkps", "scrfd_2.5g_bnkps", "yunet_2023mar", "yunet_n_dynamic"].flatMap {
        detector in
        ["mobilefacenet_112x112", "arcface_mobilefacenet_112x96"].map { "pipeline_\(detector)__\($0).json" }
    }

    init(named name: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: SharedFixtures.path("golden/\(name)")))
        self = try JSONDecoder().decode(GoldenPipeline.self, from: data)
    }

    /// Our pipeline with the same files and the same size.
    func pipeline() throws -> FacePipeline {
        FacePipeline(
            detector: try FaceDetector(
                modelAt: SharedFixtures.path("models/detection/\(detector)"), inputSize: size),
            embedder: try FaceEmbedder(modelAt: SharedFixtures.path("models/recognition/\(recognizer)")))
    }

    /// A photograph of the reference.
    static func source(_ name: String) throws -> SourceImage {
        try SourceImage(
            bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: SharedFixtures.path("images/\(name)")))))
    }
}

import FaceService
import Foundation
import TestKit
import Testing

/// The real networks on real photographs.
struct EndToEndTests {
    private func photograph(_ person: String, _ number: Int) throws -> [UInt8] {
        let path = SharedFixtures.path("faces/lfw/images/\(person)/\(person)_000\(number).jpg")
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private func recognition() throws -> FaceRecognition {
        let configuration = try ServiceHarness.configuration(
            TemporaryFolder(),
            [
                "models.detector": SharedFixtures.path("models/detection/scrfd_500m_bnkps.onnx"),
                "models.recognizer": SharedFixtures.path("models/recognition/mobilefacenet_112x112.onnx"),
            ])
        return FaceRecognition(
            analyzer: try FaceRecognition.analyzer(for: configuration), configuration: configuration)
    }

    @Test(.enabled(if: SharedFixtures.available, SharedFixtures.skipReason))
    func `photographs of one person are the same, of two are not`() async throws {
        let recognition = try recognition()
        var options = FaceOptions()
        options.maxFaces = 1
        let first = FaceInput.image(try photograph("Aaron_Peirsol", 1))
        let second = FaceInput.image(try photograph("Aaron_Peirsol", 2))
        let other = FaceInput.image(try photograph("AJ_Cook", 1))
        let same = try await recognition.verify(first, second, options)
        #expect(same.isSame && same.similarity > 0.5)
        let different = try await recognition.verify(first, other, options)
        #expect(!different.isSame && different.similarity < 0.25)
        await recognition.queue.shutDown()
    }

    @Test(.enabled(if: SharedFixtures.available, SharedFixtures.skipReason))
    func `batches give what single images give`() async throws {
        let recognition = try recognition()
        let images = [
            try photograph("Aaron_Peirsol", 1), try photograph("AJ_Cook", 1),
            try photograph("Aaron_Peirsol", 2),
        ]
        let together = try await recognition.embed(images, FaceOptions())
        for (image, entry) in zip(images, together.results) {
            let alone = try await recognition.embed(image, FaceOptions())
            guard case .answer(let answer) = entry else {
                Issue.record("a photograph was refused")
                continue
            }
            #expect(answer.faces.count == alone.faces.count)
            for (one, two) in zip(answer.faces, alone.faces) {
                let cosine = zip(one.embedding, two.embedding).reduce(Float(0)) { $0 + $1.0 * $1.1 }
                #expect(cosine > 0.9999)
            }
        }
        await recognition.queue.shutDown()
    }
}

import Faces
import Imaging
import Testing

@Suite struct FaceDetectorTests {
    private let manifest = ModelManifest(
        kind: .detector, name: "fixed", mean: [0, 0, 0], deviation: [1, 1, 1], minimumScore: 0.6)

    /// Answers the same faces whatever it sees.
    private struct FixedNetwork: DetectionNetwork {
        let canvas = CanvasSize.square(64)
        let faces: [DetectedFace]

        func detect(on canvas: Image, minimumScore: Float) throws(FacesError) -> [DetectedFace] {
            faces.filter { $0.score >= minimumScore }
        }
    }

    private func detect(
        _ faces: [DetectedFace], _ options: DetectionOptions = .init()
    ) throws -> [DetectedFace] {
        let detector = FaceDetector(network: FixedNetwork(faces: faces), manifest: manifest, fingerprint: "")
        let image = Image(width: 64, height: 64, pixels: [UInt8](repeating: 0, count: 64 * 64 * 3))
        return try detector.detect(in: image, mayBeTurned: false, options: options)
    }

    private let small = DetectedFace.made(x: 0, y: 0, width: 10, height: 10, score: 0.9)
    private let large = DetectedFace.made(x: 20, y: 20, width: 30, height: 40, score: 0.7)
    private let doubtful = DetectedFace.made(x: 40, y: 0, width: 20, height: 20, score: 0.5)

    @Test func `faces come largest first and at least as sure as the manifest says`() throws {
        #expect(try detect([small, doubtful, large]) == [large, small])
    }

    @Test func `the caller's score limit goes before the manifest's`() throws {
        #expect(
            try detect([small, doubtful, large], DetectionOptions(minimumScore: 0.5)) == [
                large, doubtful, small,
            ])
        #expect(try detect([small, doubtful, large], DetectionOptions(minimumScore: 0.8)) == [small])
    }

    @Test func `the number of faces can be limited`() throws {
        #expect(try detect([small, large], DetectionOptions(maximumFaces: 1)) == [large])
        #expect(try detect([small, large], DetectionOptions(maximumFaces: 0)).isEmpty)
    }

    @Test func `small faces are left out by their shorter side`() throws {
        #expect(try detect([small, large], DetectionOptions(minimumSize: 30)) == [large])
        #expect(try detect([small, large], DetectionOptions(minimumSize: 30.5)).isEmpty)
    }

    @Test func `a ghost in the black beside the picture is dropped`() throws {
        let image = Image(width: 64, height: 32, pixels: [UInt8](repeating: 0, count: 64 * 32 * 3))
        let ghost = DetectedFace.made(x: 0, y: 40, width: 10, height: 10)
        let detector = FaceDetector(
            network: FixedNetwork(faces: [small, ghost]), manifest: manifest, fingerprint: "")
        #expect(try detector.detect(in: image, mayBeTurned: false) == [small])
    }

    @Test func `a face that cannot be aligned is dropped`() throws {
        var flat = large
        flat.landmarks = [Point](repeating: Point(x: 30, y: 30), count: 5)
        #expect(try detect([small, flat]) == [small])
    }
}

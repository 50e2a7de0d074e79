import Faces
import Kernels
import TestKit
import Testing

@Suite struct YuNetDecoderTests {
    let canvas = CanvasSize(width: 96, height: 64)
    let landmarks: [Float] = [0.5, 0.25, 1, 0.25, 0.75, 0.5, 0.5, 1, 1, 1]

    /// One face at stride 8, row 3, column 5.
    private func oneFace(scores: [Float] = [0.81, 1], box: [Float] = [0.5, 1, 0, 0]) -> DetectorOutputs {
        var outputs = DetectorOutputs(canvas: canvas, anchors: 1, scoreTensors: 2)
        outputs.set(level: 0, row: 3 * 12 + 5, scores: scores, box: box, landmarks: landmarks)
        return outputs
    }

    @Test(arguments: [true, false])
    func `a face is decoded to exact pixels`(batched: Bool) throws {
        let faces = try YuNetDecoder().decode(
            oneFace().tensors(batched: batched), canvas: canvas, minimumScore: 0.5)
        let face = try #require(faces.first)
        #expect(faces.count == 1)
        #expect(abs(face.score - 0.9) < 1e-6)
        // Centre (5.5, 4) * 8, size exp(0) * 8.
        #expect(face.box == Box(x: 40, y: 28, width: 8, height: 8))
        #expect(
            face.landmarks == [
                Point(x: 44, y: 26), Point(x: 48, y: 26), Point(x: 46, y: 28), Point(x: 44, y: 32),
                Point(x: 48, y: 32),
            ])
    }

    @Test func `sizes are exponentials`() throws {
        let outputs = oneFace(box: [0, 0, 1, 2]).tensors(batched: true)
        let face = try #require(try YuNetDecoder().decode(outputs, canvas: canvas, minimumScore: 0.5).first)
        #expect(abs(face.box.width - 8 * 2.718_281_8) < 1e-4)
        #expect(abs(face.box.height - 8 * 7.389_056) < 1e-4)
    }

    @Test func `the order of the outputs does not matter`() throws {
        var random = SeededGenerator(seed: 5)
        let expected = try YuNetDecoder().decode(
            oneFace().tensors(batched: false), canvas: canvas, minimumScore: 0.5)
        for _ in 0..<20 {
            let shuffled = oneFace().tensors(batched: true).shuffled(using: &random)
            #expect(try YuNetDecoder().decode(shuffled, canvas: canvas, minimumScore: 0.5) == expected)
        }
    }

    @Test func `class and objectness are clamped to 0 and 1`() throws {
        let high = oneFace(scores: [4, 0.25]).tensors(batched: true)
        #expect(try YuNetDecoder().decode(high, canvas: canvas, minimumScore: 0.1).first?.score == 0.5)
        let low = oneFace(scores: [-4, -4]).tensors(batched: true)
        #expect(try YuNetDecoder().decode(low, canvas: canvas, minimumScore: 0.1).isEmpty)
    }

    @Test(arguments: [[Float.nan, 1], [1, .nan]])
    func `scores that are not a number are dropped`(scores: [Float]) throws {
        let outputs = oneFace(scores: scores).tensors(batched: true)
        #expect(
            try YuNetDecoder().decode(outputs, canvas: canvas, minimumScore: 0).allSatisfy { $0.score == 0 })
    }

    @Test func `a size beyond all floats is dropped`() throws {
        let outputs = oneFace(box: [0, 0, 200, 0]).tensors(batched: true)
        #expect(try YuNetDecoder().decode(outputs, canvas: canvas, minimumScore: 0.5).isEmpty)
    }

    @Test func `the nine outputs of SCRFD are refused`() {
        let outputs = DetectorOutputs(canvas: canvas, anchors: 2, scoreTensors: 1).tensors(batched: true)
        #expect(throws: DetectorLayoutMismatch.self) {
            try YuNetDecoder().decode(outputs, canvas: canvas, minimumScore: 0.5)
        }
    }
}

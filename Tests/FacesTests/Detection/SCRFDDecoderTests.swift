import Faces
import Kernels
import TestKit
import Testing

@Suite struct SCRFDDecoderTests {
    let canvas = CanvasSize(width: 96, height: 64)
    let landmarks: [Float] = [0.5, 0.25, 1, 0.25, 0.75, 0.5, 0.5, 1, 1, 1]

    /// One face at stride 16, second anchor of row 2, column 3: its corner is (48, 32).
    private func oneFace(score: Float = 0.75, box: [Float] = [0.5, 1, 1.5, 2]) -> DetectorOutputs {
        var outputs = DetectorOutputs(canvas: canvas, anchors: 2, scoreTensors: 1)
        outputs.set(level: 1, row: (2 * 6 + 3) * 2 + 1, scores: [score], box: box, landmarks: landmarks)
        return outputs
    }

    @Test(arguments: [true, false])
    func `a face is decoded to exact pixels`(batched: Bool) throws {
        let faces = try SCRFDDecoder().decode(
            oneFace().tensors(batched: batched), canvas: canvas, minimumScore: 0.5)
        #expect(
            faces == [
                DetectedFace(
                    box: Box(x: 40, y: 16, width: 32, height: 48), score: 0.75,
                    landmarks: [
                        Point(x: 56, y: 36), Point(x: 64, y: 36), Point(x: 60, y: 40), Point(x: 56, y: 48),
                        Point(x: 64, y: 48),
                    ])
            ])
    }

    @Test(arguments: [1, 2])
    func `a cell may have one anchor or two, and the rows tell`(anchors: Int) throws {
        var outputs = DetectorOutputs(canvas: canvas, anchors: anchors, scoreTensors: 1)
        for row in 0..<anchors {
            outputs.set(
                level: 1, row: (2 * 6 + 3) * anchors + row, scores: [0.75], box: [0.5, 1, 1.5, 2],
                landmarks: landmarks)
        }
        outputs.set(level: 2, row: 5 * anchors, scores: [0.75], box: [0, 0, 1, 1], landmarks: landmarks)
        let faces = try SCRFDDecoder().decode(
            outputs.tensors(batched: true), canvas: canvas, minimumScore: 0.5)
        #expect(faces.map(\.box.x) == [Float](repeating: 40, count: anchors) + [64])
        #expect(faces.map(\.box.y) == [Float](repeating: 16, count: anchors) + [32])
    }

    @Test(arguments: [[1, 1, 2], [2, 2, 1], [3, 3, 3]])
    func `strides that disagree about the anchors are refused, and so are three`(anchors: [Int]) {
        let strides = zip([8, 16, 32], anchors)
        let tensors = [1, 4, 10].flatMap { columns in
            strides.map { stride, anchors in
                let rows = canvas.width / stride * (canvas.height / stride) * anchors
                return Tensor(
                    shape: [rows, columns], floats: [Float](repeating: 0, count: rows * columns))
            }
        }
        let error = #expect(throws: DetectorLayoutMismatch.self) {
            try SCRFDDecoder().decode(tensors, canvas: canvas, minimumScore: 0.5)
        }
        #expect(error?.reason.contains("a cell") == true)
    }

    @Test func `the order of the outputs does not matter`() throws {
        var random = SeededGenerator(seed: 4)
        let expected = try SCRFDDecoder().decode(
            oneFace().tensors(batched: false), canvas: canvas, minimumScore: 0.5)
        for _ in 0..<20 {
            let shuffled = oneFace().tensors(batched: true).shuffled(using: &random)
            #expect(try SCRFDDecoder().decode(shuffled, canvas: canvas, minimumScore: 0.5) == expected)
        }
    }

    @Test func `faces of all strides are found`() throws {
        var outputs = DetectorOutputs(canvas: canvas, anchors: 2, scoreTensors: 1)
        for level in 0..<3 {
            outputs.set(level: level, row: 0, scores: [0.9], box: [0, 0, 1, 1], landmarks: landmarks)
        }
        let faces = try SCRFDDecoder().decode(
            outputs.tensors(batched: false), canvas: canvas, minimumScore: 0.5)
        #expect(faces.map(\.box.width) == [8, 16, 32])
    }

    @Test func `a score of exactly the limit counts`() throws {
        let outputs = oneFace(score: 0.5).tensors(batched: true)
        #expect(try SCRFDDecoder().decode(outputs, canvas: canvas, minimumScore: 0.5).count == 1)
        #expect(try SCRFDDecoder().decode(outputs, canvas: canvas, minimumScore: Float(0.5).nextUp).isEmpty)
    }

    @Test(arguments: [
        [Float.nan, 1, 1, 1], [1, .infinity, 1, 1], [1, 1, -1, 1], [0, 1, 0, 1], [-2, 1, 1, 1],
    ])
    func `boxes that are not finite or without area are dropped`(box: [Float]) throws {
        let outputs = oneFace(box: box).tensors(batched: true)
        #expect(try SCRFDDecoder().decode(outputs, canvas: canvas, minimumScore: 0.5).isEmpty)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func `scores that are not finite are dropped`(score: Float) throws {
        let outputs = oneFace(score: score).tensors(batched: true)
        #expect(try SCRFDDecoder().decode(outputs, canvas: canvas, minimumScore: 0.5).isEmpty)
    }

    @Test func `outputs of another input size are refused with their shapes`() {
        let error = #expect(throws: DetectorLayoutMismatch.self) {
            try SCRFDDecoder().decode(
                oneFace().tensors(batched: true), canvas: CanvasSize(width: 64, height: 64), minimumScore: 0.5
            )
        }
        #expect(error?.reason.contains("64x64") == true)
    }

    @Test func `a missing output is refused`() {
        for missing in 0..<9 {
            var outputs = oneFace().tensors(batched: true)
            outputs.remove(at: missing)
            #expect(throws: DetectorLayoutMismatch.self) {
                try SCRFDDecoder().decode(outputs, canvas: canvas, minimumScore: 0.5)
            }
        }
    }

    @Test func `an output of whole numbers is refused`() {
        var outputs = oneFace().tensors(batched: true)
        outputs[0] = Tensor(shape: outputs[0].shape, int64s: [Int64](repeating: 1, count: outputs[0].count))
        #expect(throws: DetectorLayoutMismatch.self) {
            try SCRFDDecoder().decode(outputs, canvas: canvas, minimumScore: 0.5)
        }
    }
}

import Faces
import Kernels

/// Hand-made output tensors of a detector, all zero but for what a test writes.
struct DetectorOutputs {
    let canvas: CanvasSize
    let anchors: Int
    let scoreTensors: Int
    /// [kind][stride index] -> values; kinds are the score tensors, then boxes, then landmarks.
    private var values: [[[Float]]]

    init(canvas: CanvasSize, anchors: Int, scoreTensors: Int) {
        self.canvas = canvas
        self.anchors = anchors
        self.scoreTensors = scoreTensors
        values = ([Int](repeating: 1, count: scoreTensors) + [4, 10]).map { columns in
            [8, 16, 32].map { stride in
                [Float](
                    repeating: 0, count: canvas.width / stride * (canvas.height / stride) * anchors * columns)
            }
        }
    }

    mutating func set(
        level: Int, row: Int, scores: [Float], box: [Float], landmarks: [Float]
    ) {
        for (kind, score) in scores.enumerated() { values[kind][level][row] = score }
        for (column, value) in box.enumerated() { values[scoreTensors][level][row * 4 + column] = value }
        for (column, value) in landmarks.enumerated() {
            values[scoreTensors + 1][level][row * 10 + column] = value
        }
    }

    /// The tensors kind by kind, stride by stride; with or without a batch dimension.
    func tensors(batched: Bool) -> [Tensor] {
        let columns = [Int](repeating: 1, count: scoreTensors) + [4, 10]
        return zip(values, columns).flatMap { levels, columns in
            levels.map { floats in
                Tensor(shape: (batched ? [1] : []) + [floats.count / columns, columns], floats: floats)
            }
        }
    }
}

import Kernels

/// A detector's output tensors told apart by shape alone: by the length of their last dimension (1 score, 4
/// box, 10 landmarks) and, since a stride of half the size has four times the cells, by their number of rows.
///
/// Exporters name, order and wrap them (with or without a leading batch dimension) as they like; the shapes
/// do not lie.
struct DetectorLevels {
    /// The tensors of one stride: `scores` has one (SCRFD) or two (YuNet: class and objectness) of them.
    struct Level {
        let stride: Int
        let scores: [Tensor]
        let boxes: Tensor
        let landmarks: Tensor
    }

    static let strides = [8, 16, 32]

    let levels: [Level]

    /// Sorts the tensors and checks that each has exactly the rows that the canvas asks for.
    init(
        _ outputs: [Tensor], canvas: CanvasSize, scoresPerCell: Int, anchorsPerCell: Int
    ) throws(DetectorLayoutMismatch) {
        var levels: [Level] = []
        for stride in Self.strides {
            let rows = canvas.cells(stride: stride) * anchorsPerCell
            func tensors(_ columns: Int) -> [Tensor] {
                outputs.filter { $0.shape.last == columns && $0.count == rows * columns }
            }
            let (scores, boxes, landmarks) = (tensors(1), tensors(4), tensors(10))
            guard scores.count == scoresPerCell, boxes.count == 1, landmarks.count == 1 else {
                throw DetectorLayoutMismatch(
                    reason:
                        "stride \(stride) of a \(canvas.width)x\(canvas.height) input needs \(rows) rows of "
                        + "1, 4 and 10 numbers, but the outputs are \(outputs.map(\.shape))")
            }
            levels.append(Level(stride: stride, scores: scores, boxes: boxes[0], landmarks: landmarks[0]))
        }
        guard outputs.allSatisfy({ $0.elementType == .float32 }) else {
            throw DetectorLayoutMismatch(reason: "an output is not float32")
        }
        self.levels = levels
    }
}

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
    /// Rows that each cell has, one after the other.
    let anchorsPerCell: Int

    /// Sorts the tensors and checks that each has exactly the rows that the canvas asks for.
    ///
    /// How many anchors a cell has, of `allowedAnchors`, follows from the rows of the finest stride, and must
    /// hold for the others.
    init(
        _ outputs: [Tensor], canvas: CanvasSize, scoresPerCell: Int, allowedAnchors: ClosedRange<Int>
    ) throws(DetectorLayoutMismatch) {
        let anchors = allowedAnchors.first { count in
            let rows = canvas.cells(stride: Self.strides[0]) * count
            return outputs.contains { $0.shape.last == 1 && $0.count == rows }
        }
        anchorsPerCell = anchors ?? allowedAnchors.upperBound
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
                        + "1, 4 and 10 numbers (\(anchorsPerCell) a cell), but the outputs are "
                        + "\(outputs.map(\.shape))")
            }
            levels.append(Level(stride: stride, scores: scores, boxes: boxes[0], landmarks: landmarks[0]))
        }
        guard outputs.allSatisfy({ $0.elementType == .float32 }) else {
            throw DetectorLayoutMismatch(reason: "an output is not float32")
        }
        self.levels = levels
    }
}

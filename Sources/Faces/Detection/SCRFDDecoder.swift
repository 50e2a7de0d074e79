package import Kernels

/// SCRFD (Guo et al., "Sample and Computation Redistribution for Efficient Face Detection", ICLR 2022), also
/// the layout of InsightFace's `det_500m`, `det_2.5g` and `det_10g`.
///
/// Nine tensors: scores, boxes and landmarks at strides 8, 16 and 32. A cell has two anchors, as published,
/// or one, as in the built-in detector; two differ in nothing here. Boxes are distances to the left, top,
/// right and bottom of the cell's corner, landmarks offsets from it, in units of the stride.
package struct SCRFDDecoder: DetectorDecoder {
    package static let outputCount = 9
    package static let anchorsPerCell = 1...2

    package init() {}

    package func decode(
        _ outputs: [Tensor], canvas: CanvasSize, minimumScore: Float
    ) throws(DetectorLayoutMismatch) -> [DetectedFace] {
        let levels = try DetectorLevels(
            outputs, canvas: canvas, scoresPerCell: 1, allowedAnchors: Self.anchorsPerCell)
        return levels.levels.flatMap {
            decode(
                $0, columns: canvas.width / $0.stride, anchors: levels.anchorsPerCell,
                minimumScore: minimumScore)
        }
    }

    private func decode(
        _ level: DetectorLevels.Level, columns: Int, anchors: Int, minimumScore: Float
    ) -> [DetectedFace] {
        level.scores[0].withFloats { scores in
            level.boxes.withFloats { boxes in
                level.landmarks.withFloats { points in
                    scores.indices.compactMap { row in
                        guard scores[row] >= minimumScore else { return nil }
                        let cell = row / anchors
                        let corner = Point(
                            x: Float(cell % columns * level.stride), y: Float(cell / columns * level.stride))
                        return face(
                            row: row, corner: corner, stride: Float(level.stride), score: scores[row],
                            boxes: boxes, points: points)
                    }
                }
            }
        }
    }

    private func face(
        row: Int, corner: Point, stride: Float, score: Float, boxes: UnsafeBufferPointer<Float>,
        points: UnsafeBufferPointer<Float>
    ) -> DetectedFace? {
        let distance = { boxes[row * 4 + $0] * stride }
        let (left, top) = (corner.x - distance(0), corner.y - distance(1))
        let box = Box(
            x: left, y: top, width: corner.x + distance(2) - left, height: corner.y + distance(3) - top)
        let landmarks = (0..<DetectedFace.landmarkCount).map {
            Point(
                x: corner.x + points[row * 10 + 2 * $0] * stride,
                y: corner.y + points[row * 10 + 2 * $0 + 1] * stride)
        }
        return DetectedFace(soundBox: box, score: score, landmarks: landmarks)
    }
}

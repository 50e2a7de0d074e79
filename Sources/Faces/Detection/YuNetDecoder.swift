import Foundation
package import Kernels

/// YuNet (Wu, Peng, Yu, "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 2023),
/// as exported since OpenCV Zoo's 2023mar.
///
/// Twelve tensors: class, objectness, box and landmarks at strides 8, 16 and 32, one prior a cell. The score
/// is the root of class times objectness; a box is its centre's offset from the cell's corner and the
/// logarithm of its size, landmarks are offsets from the corner, all in units of the stride.
package struct YuNetDecoder: DetectorDecoder {
    package static let outputCount = 12

    package init() {}

    package func decode(
        _ outputs: [Tensor], canvas: CanvasSize, minimumScore: Float
    ) throws(DetectorLayoutMismatch) -> [DetectedFace] {
        let levels = try DetectorLevels(outputs, canvas: canvas, scoresPerCell: 2, allowedAnchors: 1...1)
        return levels.levels.flatMap {
            decode($0, columns: canvas.width / $0.stride, minimumScore: minimumScore)
        }
    }

    // Class and objectness have the same shape, but the score is symmetric in them: which is which does not
    // matter.
    private func decode(_ level: DetectorLevels.Level, columns: Int, minimumScore: Float) -> [DetectedFace] {
        level.scores[0].withFloats { first in
            level.scores[1].withFloats { second in
                level.boxes.withFloats { boxes in
                    level.landmarks.withFloats { points in
                        first.indices.compactMap { row in
                            let score = (clamped(first[row]) * clamped(second[row])).squareRoot()
                            guard score >= minimumScore else { return nil }
                            let corner = Point(x: Float(row % columns), y: Float(row / columns))
                            return face(
                                row: row, corner: corner, stride: Float(level.stride), score: score,
                                boxes: boxes,
                                points: points)
                        }
                    }
                }
            }
        }
    }

    private func face(
        row: Int, corner: Point, stride: Float, score: Float, boxes: UnsafeBufferPointer<Float>,
        points: UnsafeBufferPointer<Float>
    ) -> DetectedFace? {
        let center = Point(
            x: (corner.x + boxes[row * 4]) * stride, y: (corner.y + boxes[row * 4 + 1]) * stride)
        let width = exp(boxes[row * 4 + 2]) * stride, height = exp(boxes[row * 4 + 3]) * stride
        let landmarks = (0..<DetectedFace.landmarkCount).map {
            Point(
                x: (corner.x + points[row * 10 + 2 * $0]) * stride,
                y: (corner.y + points[row * 10 + 2 * $0 + 1]) * stride)
        }
        return DetectedFace(
            soundBox: Box(x: center.x - width / 2, y: center.y - height / 2, width: width, height: height),
            score: score, landmarks: landmarks)
    }

    /// Into 0...1; not-a-number stays, so that the score's comparison drops it.
    private func clamped(_ value: Float) -> Float { value.isNaN ? value : min(max(value, 0), 1) }
}

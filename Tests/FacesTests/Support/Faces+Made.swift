import Faces

extension DetectedFace {
    /// A face whose landmarks sit in the box as they do in a frontal face.
    static func made(
        x: Float, y: Float, width: Float, height: Float, score: Float = 0.9
    ) -> DetectedFace {
        let inside: [(Float, Float)] = [(0.3, 0.35), (0.7, 0.35), (0.5, 0.55), (0.35, 0.75), (0.65, 0.75)]
        return DetectedFace(
            box: Box(x: x, y: y, width: width, height: height), score: score,
            landmarks: inside.map { Point(x: x + $0.0 * width, y: y + $0.1 * height) })
    }
}

extension Point {
    func distance(to other: Point) -> Float {
        ((x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)).squareRoot()
    }
}

extension DetectedFace {
    /// A face found in an image that was turned clockwise by `quarterTurns`, in pixels of the image before:
    /// of `width` by `height`. The landmarks keep their order: the left eye is the one that was left when the
    /// face stood upright.
    package func turnedBack(quarterTurns: Int, width: Int, height: Int) -> DetectedFace {
        let (right, bottom) = (Float(width - 1), Float(height - 1))
        func back(_ p: Point) -> Point {
            switch ((quarterTurns % 4) + 4) % 4 {
            case 1: Point(x: p.y, y: bottom - p.x)
            case 2: Point(x: right - p.x, y: bottom - p.y)
            case 3: Point(x: right - p.y, y: p.x)
            default: p
            }
        }
        let p = back(Point(x: box.x, y: box.y))
        let q = back(Point(x: box.x + box.width, y: box.y + box.height))
        return DetectedFace(
            box: Box(x: min(p.x, q.x), y: min(p.y, q.y), width: abs(p.x - q.x), height: abs(p.y - q.y)),
            score: score,
            landmarks: landmarks.map(back))
    }
}

/// How an upright image lies on a detector's canvas: scaled alike in both directions, the rest is black.
package struct Placement: Sendable, Equatable {
    /// Canvas pixels an image pixel.
    package let scale: Double
    /// The scaled image, in canvas pixels.
    package let width: Int
    package let height: Int
    /// The scaled image's top left corner on the canvas.
    package let left: Int
    package let top: Int

    /// Scales `image` to fit the canvas with a border of `border` times its own size on each side.
    ///
    /// Without a border it lies at the top left, as SCRFD and YuNet were published; with one in the middle of
    /// its border, which is the same as enlarging the image by black margins first.
    package init(imageWidth: Int, imageHeight: Int, on canvas: CanvasSize, border: Double = 0) {
        precondition(imageWidth > 0 && imageHeight > 0 && border >= 0)
        let grown = 1 + 2 * border
        let fit = min(
            Double(canvas.height) / (Double(imageHeight) * grown),
            Double(canvas.width) / (Double(imageWidth) * grown))
        let side = { (pixels: Int, limit: Int) in
            min(limit, max(1, Int((Double(pixels) * fit).rounded(.toNearestOrEven))))
        }
        scale = fit
        width = side(imageWidth, canvas.width)
        height = side(imageHeight, canvas.height)
        left = min(canvas.width - width, Int(Double(imageWidth) * border * fit))
        top = min(canvas.height - height, Int(Double(imageHeight) * border * fit))
    }

    /// A face of the canvas in pixels of the image.
    package func unplace(_ face: DetectedFace) -> DetectedFace {
        let (s, x, y) = (Float(scale), Float(left), Float(top))
        return DetectedFace(
            box: Box(
                x: (face.box.x - x) / s, y: (face.box.y - y) / s, width: face.box.width / s,
                height: face.box.height / s),
            score: face.score, landmarks: face.landmarks.map { Point(x: ($0.x - x) / s, y: ($0.y - y) / s) })
    }
}

package import Imaging

/// An upright image as detection sees it: as it is, or turned.
package struct DetectionView: Sendable {
    package let width: Int
    package let height: Int
    private let picture: DecodedPicture
    /// Clockwise; the picture itself is not turned, what is taken out of it is.
    private let quarterTurns: Int

    private init(_ picture: DecodedPicture, quarterTurns: Int) {
        let swaps = quarterTurns % 2 != 0
        width = swaps ? picture.height : picture.width
        height = swaps ? picture.width : picture.height
        self.picture = picture
        self.quarterTurns = quarterTurns
    }

    package init(_ picture: DecodedPicture) { self.init(picture, quarterTurns: 0) }

    /// The view on a canvas, black where the placement leaves it free.
    package func placed(
        _ placement: Placement, on canvas: CanvasSize, sharing: RowSharing = .none
    ) -> Image {
        scaled(to: placement, sharing: sharing).cropped(
            to: PixelRegion(
                x: -placement.left, y: -placement.top, width: canvas.width, height: canvas.height))
    }

    private func scaled(to placement: Placement, sharing: RowSharing = .none) -> Image {
        let swaps = quarterTurns % 2 != 0
        return picture.resized(
            width: swaps ? placement.height : placement.width,
            height: swaps ? placement.width : placement.height, sharing: sharing
        ).rotated(quarterTurns: quarterTurns)
    }

    /// The view turned clockwise by quarter turns.
    func turned(_ quarterTurns: Int) -> DetectionView {
        DetectionView(picture, quarterTurns: self.quarterTurns + quarterTurns)
    }

    /// How much of a box lies on the image, 0 to 1.
    func visibleShare(of box: Box) -> Float {
        let width = min(box.x + box.width, Float(self.width)) - max(box.x, 0)
        let height = min(box.y + box.height, Float(self.height)) - max(box.y, 0)
        return box.area > 0 ? max(0, width) * max(0, height) / box.area : 0
    }

    /// The view with as many pixels as the canvas shows of it, for looking at it again and again; itself
    /// where it has no more than that. What is found in it counts in those pixels.
    func reduced(to canvas: CanvasSize) -> DetectionView {
        let placement = Placement(imageWidth: width, imageHeight: height, on: canvas)
        guard placement.scale < 1 else { return self }
        return DetectionView(DecodedPicture(scaled(to: placement)))
    }

    /// Whether a part of the box lies on the image; a detector sees ghosts in the black around it.
    func shows(_ box: Box) -> Bool {
        box.x < Float(width) && box.y < Float(height) && box.x + box.width > 0 && box.y + box.height > 0
    }
}

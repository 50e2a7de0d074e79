package import Imaging

/// An upright image as detection sees it: its true size, and pixels that may have been decoded smaller.
///
/// Placements and results count in true pixels all the same.
package struct DetectionView: Sendable {
    package let width: Int
    package let height: Int
    /// Shows all of the image, in its own or a smaller size.
    package let picture: DecodedPicture
    /// Clockwise; the picture itself is not turned, what is taken out of it is.
    private let quarterTurns: Int

    private init(width: Int, height: Int, picture: DecodedPicture, quarterTurns: Int) {
        self.width = width
        self.height = height
        self.picture = picture
        self.quarterTurns = quarterTurns
    }

    package init(width: Int, height: Int, picture: DecodedPicture) {
        self.init(width: width, height: height, picture: picture, quarterTurns: 0)
    }

    package init(_ image: Image) {
        self.init(width: image.width, height: image.height, picture: DecodedPicture(image))
    }

    /// Whether the picture has all the detail that the image has.
    package var isFullDetail: Bool {
        max(picture.width, picture.height) == max(width, height)
            && min(picture.width, picture.height) == min(width, height)
    }

    /// The view on a canvas, black where the placement leaves it free.
    package func placed(_ placement: Placement, on canvas: CanvasSize) -> Image {
        let swaps = quarterTurns % 2 != 0
        let scaled = picture.resized(
            width: swaps ? placement.height : placement.width,
            height: swaps ? placement.width : placement.height
        ).rotated(quarterTurns: quarterTurns)
        return scaled.cropped(
            to: PixelRegion(
                x: -placement.left, y: -placement.top, width: canvas.width, height: canvas.height))
    }

    /// The view turned clockwise by quarter turns.
    func turned(_ quarterTurns: Int) -> DetectionView {
        let swaps = quarterTurns % 2 != 0
        return DetectionView(
            width: swaps ? height : width, height: swaps ? width : height, picture: picture,
            quarterTurns: self.quarterTurns + quarterTurns)
    }

    /// Whether a part of the box lies on the image; a detector sees ghosts in the black around it.
    func shows(_ box: Box) -> Bool {
        box.x < Float(width) && box.y < Float(height) && box.x + box.width > 0 && box.y + box.height > 0
    }
}

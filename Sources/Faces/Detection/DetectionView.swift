package import Imaging

/// An upright image as detection sees it: its true size, and pixels that may have been decoded smaller.
///
/// A detector scales everything down to its canvas, so a JPEG need not be decoded in full; placements and
/// results count in true pixels all the same.
package struct DetectionView: Sendable {
    package let width: Int
    package let height: Int
    /// Shows all of the image, in its own or a smaller size.
    package let pixels: Image

    package init(width: Int, height: Int, pixels: Image) {
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    package init(_ image: Image) { self.init(width: image.width, height: image.height, pixels: image) }

    /// The view on a canvas.
    package func placed(_ placement: Placement, on canvas: CanvasSize) -> Image {
        LetterboxResampler(pixels, placement: placement).canvas(canvas)
    }

    /// The view turned clockwise by quarter turns.
    func turned(_ quarterTurns: Int) -> DetectionView {
        let swaps = quarterTurns % 2 != 0
        return DetectionView(
            width: swaps ? height : width, height: swaps ? width : height,
            pixels: pixels.rotated(quarterTurns: quarterTurns))
    }

    /// Whether a part of the box lies on the image; a detector sees ghosts in the black around it.
    func shows(_ box: Box) -> Bool {
        box.x < Float(width) && box.y < Float(height) && box.x + box.width > 0 && box.y + box.height > 0
    }
}

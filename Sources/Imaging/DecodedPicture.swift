/// An upright picture that is decoded once and then looked at more than once: scaled for a detector, cut for
/// a recogniser.
package struct DecodedPicture: Sendable {
    private enum Pixels: Sendable {
        case image(Image)
        /// As stored: what is taken out is turned, not the whole.
        case planes(PlanarPicture, Orientation)
    }

    private let pixels: Pixels
    /// Pixels of the upright picture, in the size in which it was decoded.
    package let width, height: Int

    /// A picture that is there already.
    package init(_ image: Image) {
        pixels = .image(image)
        (width, height) = (image.width, image.height)
    }

    init(_ picture: PlanarPicture, orientation: Orientation) {
        pixels = .planes(picture, orientation)
        width = orientation.swapsAxes ? picture.height : picture.width
        height = orientation.swapsAxes ? picture.width : picture.height
    }

    /// The picture at another size, as `Image.resized`.
    package func resized(width: Int, height: Int, sharing: RowSharing = .none) -> Image {
        switch pixels {
        case .image(let image): return image.resized(width: width, height: height, sharing: sharing)
        case .planes(let picture, let orientation):
            let (storedWidth, storedHeight) = orientation.swapsAxes ? (height, width) : (width, height)
            return picture.resized(width: storedWidth, height: storedHeight, sharing: sharing)
                .turnedUpright(from: orientation)
        }
    }

    /// The pixels of `region`, which must lie in the picture.
    package func cropped(to region: PixelRegion) -> Image {
        switch pixels {
        case .image(let image): return image.cropped(to: region)
        case .planes(let picture, let orientation):
            let stored = orientation.stored(region, uprightWidth: width, uprightHeight: height)
            return picture.image(of: stored).turnedUpright(from: orientation)
        }
    }
}

package import Imaging

/// Finds faces and their five landmarks in an image of any size; safe to call from several threads at once.
package final class FaceDetector: Sendable {
    package let manifest: ModelManifest
    /// Lower-case hexadecimal SHA-256 of the model file.
    package let fingerprint: String
    let network: any DetectionNetwork

    /// A detector over a network at hand; `minimumScore` of the manifest is its default limit.
    package init(network: any DetectionNetwork, manifest: ModelManifest, fingerprint: String) {
        self.network = network
        self.manifest = manifest
        self.fingerprint = fingerprint
    }

    /// The size that images are scaled into.
    package var canvas: CanvasSize { network.canvas }

    /// The faces of an image, largest first; none is an empty array.
    ///
    /// Boxes are not clipped to the image. A very large JPEG is decoded in a reduced size.
    package func detect(
        in source: SourceImage, options: DetectionOptions = .init()
    ) throws(FacesError) -> [DetectedFace] {
        try detect(in: try view(of: source), of: source, options: options)
    }

    /// The faces of an image that `view(of:)` has decoded.
    package func detect(
        in view: DetectionView, of source: SourceImage, options: DetectionOptions = .init()
    ) throws(FacesError) -> [DetectedFace] {
        try detect(in: view, mayBeTurned: !source.carriesOrientation, options: options)
    }

    /// The faces of a decoded, upright image. `mayBeTurned` allows looking for faces that lie on their side.
    package func detect(
        in image: Image, mayBeTurned: Bool, options: DetectionOptions = .init()
    ) throws(FacesError) -> [DetectedFace] {
        try detect(in: DetectionView(image), mayBeTurned: mayBeTurned, options: options)
    }

    /// Decodes an image for detection: in full where that is cheap enough to cut crops from it too, else as much
    /// of it as detection needs.
    package func view(of source: SourceImage) throws(FacesError) -> DetectionView {
        let placement = Placement(imageWidth: source.width, imageHeight: source.height, on: canvas)
        do {
            let picture = try source.decodePicture(
                coveringWidth: placement.width * Self.detailFactor,
                height: placement.height * Self.detailFactor)
            return DetectionView(width: source.width, height: source.height, picture: picture)
        } catch { throw .image(error) }
    }

    /// Decoded pixels a canvas pixel, each way, at least, of an image that is too large to be decoded in full.
    ///
    /// libjpeg averages where the published pipelines sample, and a network's landmarks move with it: with a
    /// factor of 1, on faces of 25 canvas pixels, by 5 % of a face against the reference. With 3 there is
    /// something left to sample.
    private static let detailFactor = 3
}

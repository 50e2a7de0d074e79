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

    /// The faces of an image, largest first; none is an empty array. Boxes are not clipped to the image.
    package func detect(
        in source: SourceImage, options: DetectionOptions = .init()
    ) throws(FacesError) -> [DetectedFace] {
        let picture: DecodedPicture
        do { picture = try source.decodePicture() } catch { throw .image(error) }
        return try detect(in: picture, mayBeTurned: !source.carriesOrientation, options: options)
    }

    /// The faces of a decoded, upright image. `mayBeTurned` allows looking for faces that lie on their side.
    package func detect(
        in picture: DecodedPicture, mayBeTurned: Bool, options: DetectionOptions = .init()
    ) throws(FacesError) -> [DetectedFace] {
        try detect(in: DetectionView(picture), mayBeTurned: mayBeTurned, options: options)
    }
}

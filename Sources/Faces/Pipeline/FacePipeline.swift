package import Imaging

/// The way from a photograph to embeddings: detect, align, embed.
package struct FacePipeline: Sendable {
    package let detector: FaceDetector
    package let embedder: FaceEmbedder

    package init(detector: FaceDetector, embedder: FaceEmbedder) {
        self.detector = detector
        self.embedder = embedder
    }

    /// The faces of an image, largest first.
    package func detect(
        in source: SourceImage, options: DetectionOptions = .init()
    ) throws(FacesError) -> [DetectedFace] { try detector.detect(in: source, options: options) }

    /// Aligned crops of faces in full detail, in order; one decode for all of them.
    package func crops(of faces: [DetectedFace], in source: SourceImage) throws(FacesError) -> [AlignedCrop] {
        fatalError("API commit")
    }

    /// Detection and crops in one; an image that detection reads in full size is decoded once. Prefer this to
    /// `detect` followed by `crops`.
    package func detectAndCrop(
        in source: SourceImage, options: DetectionOptions = .init()
    ) throws(FacesError) -> [AlignedCrop] { fatalError("API commit") }

    /// An image that already is an aligned crop (`aligned=true`): its size is checked, the template's landmarks are
    /// taken for granted.
    package func alignedCrop(from source: SourceImage) throws(FacesError) -> AlignedCrop {
        fatalError("API commit")
    }

    /// Embeds crops as one batch and measures their quality, in order.
    package func analyse(_ crops: [AlignedCrop]) throws(FacesError) -> [AnalysedFace] { fatalError("API commit") }

    /// Runs both networks on synthetic input and checks that what comes out is finite, of unit length and the same
    /// twice. Takes about two detections and four embeddings.
    package func selfTest() throws(FacesError) { fatalError("API commit") }
}

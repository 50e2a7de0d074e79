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

    /// Embeds crops as one batch and measures their quality, in order.
    package func analyse(_ crops: [AlignedCrop]) throws(FacesError) -> [AnalysedFace] {
        let embeddings = try embedder.embed(crops.map(\.image))
        return zip(crops, embeddings).map { AnalysedFace(crop: $0, embedding: $1) }
    }
}

/// Everything about one face: where it is, its crop, its embedding and how good it is.
package struct AnalysedFace: Sendable {
    package let face: DetectedFace
    package let crop: AlignedCrop
    package let embedding: FaceEmbedding
    package let quality: FaceQuality

    package init(crop: AlignedCrop, embedding: FaceEmbedding) {
        self.face = crop.face
        self.crop = crop
        self.embedding = embedding
        self.quality = FaceQuality(of: crop, embeddingNorm: embedding.norm)
    }
}

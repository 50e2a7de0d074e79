/// The model that a gallery's embeddings are of, and the cosine from which two of them are one person.
package struct GalleryTerms: Sendable, Equatable {
    package let model: ModelContract
    /// Calibrated for this gallery; nil where the model's own holds.
    package let threshold: Float?
}

package import Imaging

/// Makes unit vectors of aligned crops; safe to call from several threads at once.
package final class FaceEmbedder: Sendable {
    package let manifest: ModelManifest
    /// Lower-case hexadecimal SHA-256 of the model file.
    package let fingerprint: String
    /// Numbers in a vector, read from the model.
    package let dimension: Int
    /// The size of a crop in pixels.
    package let inputWidth: Int
    package let inputHeight: Int
    /// Everything besides the network's weights that an embedding depends on, in one canonical line. Together with
    /// `fingerprint` it makes embeddings comparable: a gallery is bound to both.
    package let preprocessing: String

    package init(modelAt path: String, threads: Int = 1) throws(FacesError) { fatalError("API commit") }

    /// One embedding a crop, in order. Crops are run in batches where the file's batch is free.
    package func embed(_ crops: [Image]) throws(FacesError) -> [FaceEmbedding] { fatalError("API commit") }
}

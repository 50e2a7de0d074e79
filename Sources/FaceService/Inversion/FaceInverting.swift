package import Imaging

/// What makes a picture of an embedding.
///
/// The seam between the service and the inversion itself, so that everything above it can be tried without
/// model files.
package protocol FaceInverting: Sendable {
    /// Blocks for as long as it takes, on a thread of its own; never called twice at a time. The same request
    /// gives the same picture.
    ///
    /// - Parameters:
    ///   - progress: told how far it is, 0 to 1.
    ///   - isCancelled: to be asked several times a second.
    /// - Returns: nil where `isCancelled` answered true.
    func invert(
        _ request: InversionRequest, progress: (Double) -> Void, isCancelled: () -> Bool
    ) throws -> InvertedPicture?
}

/// Loads what inverts. It may take seconds, and the memory stays taken, so it is called for the first job
/// only.
package typealias InverterFactory = @Sendable () throws -> any FaceInverting

/// What a picture is to be made of.
package struct InversionRequest: Sendable, Equatable {
    /// Unit length, of the recognizer at hand.
    package let embedding: [Float]
    /// Length of the raw embedding, where it is known.
    package let norm: Float?
    /// Steps of the descent, at least 1.
    package let iterations: Int
    package let seed: UInt64

    package init(embedding: [Float], norm: Float?, iterations: Int, seed: UInt64) {
        self.embedding = embedding
        self.norm = norm
        self.iterations = iterations
        self.seed = seed
    }
}

/// A picture and what is known of it.
package struct InvertedPicture: Sendable, Equatable {
    package let image: Image
    /// Cosine of the embedding asked for and the one that the network itself gives the picture.
    package let similarity: Double
    package let embeddingLoss: Double
    package let statisticsLoss: Double
    /// Steps that were done.
    package let iterations: Int

    package init(
        image: Image, similarity: Double, embeddingLoss: Double, statisticsLoss: Double, iterations: Int
    ) {
        self.image = image
        self.similarity = similarity
        self.embeddingLoss = embeddingLoss
        self.statisticsLoss = statisticsLoss
        self.iterations = iterations
    }
}

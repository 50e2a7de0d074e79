import Inversion

/// What `arcface invert` prints.
struct InvertReport: Encodable {
    let output: String
    let model: String
    let iterations: Int
    let seed: UInt64
    /// Whether the descent began at the mean face.
    let prior: Bool
    let cosine: Float
    let norm: Float
    let targetNorm: Float?
    let losses: Losses
    let seconds: Double

    struct Losses: Encodable {
        let embedding, statistics, variation, length: Float
    }

    enum CodingKeys: String, CodingKey {
        case output, model, iterations, seed, prior, cosine, norm, losses, seconds
        case targetNorm = "target_norm"
    }

    init(
        _ result: InversionResult, output: String, model: String, seed: UInt64, prior: Bool, seconds: Double
    ) {
        (self.output, self.model, self.seed, self.prior) = (output, model, seed, prior)
        self.seconds = seconds
        iterations = result.iterations
        cosine = result.cosine
        norm = result.norm
        targetNorm = result.targetNorm
        losses = Losses(
            embedding: result.losses.embedding, statistics: result.losses.statistics,
            variation: result.losses.variation, length: result.losses.length)
    }

    /// For a person.
    var text: String {
        "\(output.shown): \(iterations) steps in \(seconds.fixed(1)) s"
            + (prior ? "" : " from grey, for the model has no prior")
            + "; \(model) itself gives the picture a cosine of \(cosine.fixed(4)) with the embedding"
    }
}

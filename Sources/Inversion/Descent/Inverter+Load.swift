package import Faces
package import Inference
package import Kernels

extension Inverter {
    /// Loads the gradient of a recogniser's network.
    ///
    /// - Parameters:
    ///   - embedder: the recogniser of `source`, which says how it wants its pixels.
    ///   - prior: that of this network. Without one the statistics are those that the network's own
    ///     BatchNormalization nodes state, if any are left in the file.
    ///   - threads: of one run.
    ///   - options: whose weights the descent is to have.
    /// - Throws: `network` for one whose gradient cannot be had.
    package init(
        _ source: ModelSource, embedder: FaceEmbedder, prior: InversionPrior?, threads: Int,
        options: InversionOptions = .init()
    ) throws(InversionError) {
        let shape = [1, 3, embedder.inputHeight, embedder.inputWidth]
        let session: GradientSession
        do {
            session = try GradientSession(
                NetworkSource(source), shape: shape, sites: prior?.sites,
                options: .init(options, threads: threads))
        } catch { throw .network(model: embedder.manifest.name, error) }
        self.init(
            session, model: embedder.manifest, width: embedder.inputWidth, height: embedder.inputHeight,
            dimension: embedder.dimension, prior: prior)
    }
}

extension GradientSession: NetworkGradient {
    package func answer(to input: Tensor, target: Tensor) throws(InferenceError) -> NetworkAnswer {
        let result = try evaluate(input, target: target)
        return NetworkAnswer(
            output: result.output.floats, gradient: result.derivative, embeddingLoss: result.embeddingLoss,
            statisticsLoss: result.statisticsLoss)
    }
}

extension GradientSession.Options {
    fileprivate init(_ options: InversionOptions, threads: Int) {
        self.init()
        self.threads = threads
        embeddingWeight = options.embeddingWeight
        statisticsWeight = options.statisticsWeight
    }
}

package import Faces
import Imaging
import Inference
import Kernels

/// Makes pictures of embeddings by descending the gradient of one network.
///
/// Equal target, options, prior and number of threads of the network give the same picture, bit for bit. Safe
/// to call from several threads.
package struct Inverter: Sendable {
    private let network: any NetworkGradient
    private let model: ModelManifest
    private let space: PictureSpace
    /// Numbers of an embedding.
    package let dimension: Int
    private let prior: InversionPrior?

    /// - Parameters:
    ///   - model: says how the network wants its pixels, of which there are `width` times `height`.
    ///   - prior: that of this network (`InversionPrior.check`); traps when its picture has another size.
    package init(
        _ network: any NetworkGradient, model: ModelManifest, width: Int, height: Int, dimension: Int,
        prior: InversionPrior? = nil
    ) {
        precondition(prior.map { $0.meanPicture.width == width && $0.meanPicture.height == height } ?? true)
        self.network = network
        self.model = model
        self.dimension = dimension
        self.prior = prior
        space = PictureSpace(model, width: width, height: height)
    }

    /// Descends. Blocks for `iterations` runs of the network and its gradient.
    ///
    /// - Parameters:
    ///   - progress: told after each step, on the caller's thread.
    ///   - isCancelled: asked before each step.
    /// - Throws: `targetInvalid`, `optionInvalid`, `network`, `answerInvalid`, `cancelled`.
    package func invert(
        _ target: InversionTarget, options: InversionOptions = .init(),
        progress: (InversionProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws(InversionError) -> InversionResult {
        try options.validate()
        guard target.direction.count == dimension else {
            throw .targetInvalid(
                reason: "it has \(target.direction.count) numbers, the model \(model.name) makes \(dimension)"
            )
        }
        var descent = Descent(start: start(options), space: space, options: options)
        var norm = target.norm ?? prior?.norm
        let aim = norm
        for step in 0..<options.iterations {
            if isCancelled() { throw .cancelled }
            // Every other step in the mirror: a face is one from both sides, and noise that pleases a network
            // is not.
            let mirrored = step % 2 == 1
            let input = space.tensor(of: descent.picture, mirrored: mirrored)
            if norm == nil { norm = Self.length(try answer(input, target, norm: 1).output) }
            let answer = try answer(input, target, norm: norm ?? 1)
            // Where no length is known the target keeps the one that the network answers with: only the
            // direction pulls.
            if aim == nil { norm = Self.length(answer.output) }
            descent.step(answer, mirrored: mirrored)
            progress(
                InversionProgress(
                    iteration: step + 1, iterations: options.iterations, losses: descent.losses))
        }
        return try result(of: descent, target, aim: aim, norm: norm ?? 1, options)
    }

    /// The mean face, or grey, with noise.
    private func start(_ options: InversionOptions) -> [Float] {
        var generator = NoiseGenerator(seed: options.seed)
        let noise = generator.normal(count: space.count)
        let base = prior.map { space.picture(of: $0.meanPicture) }
        return noise.enumerated().map { index, noise in
            max(-1, min(1, (base?[index] ?? 0) + options.noise * noise))
        }
    }

    private func result(
        of descent: Descent, _ target: InversionTarget, aim: Float?, norm: Float, _ options: InversionOptions
    ) throws(InversionError) -> InversionResult {
        // What is handed out has 8 bits, so that is what is measured.
        let image = space.image(of: descent.picture)
        let input = PixelEncoding(model).tensor(
            [image], width: space.width, height: space.height, batch: 1)
        let output = try answer(input, target, norm: norm).output
        return InversionResult(
            image: image, cosine: target.cosine(with: output), norm: Self.length(output), targetNorm: aim,
            losses: descent.losses, iterations: options.iterations)
    }

    private func answer(
        _ input: Tensor, _ target: InversionTarget, norm: Float
    ) throws(InversionError) -> NetworkAnswer {
        let answer: NetworkAnswer
        do {
            answer = try network.answer(
                to: input, target: Tensor(shape: [1, dimension], floats: target.scaled(to: norm)))
        } catch { throw .network(model: model.name, error) }
        guard answer.output.count == dimension, answer.gradient.count == space.count else {
            throw .answerInvalid(
                model: model.name,
                reason: "\(answer.output.count) numbers and a gradient of \(answer.gradient.count)")
        }
        let length = Self.length(answer.output)
        guard length.isFinite, length > 0, answer.gradient.withFloats({ $0.allSatisfy(\.isFinite) }) else {
            throw .answerInvalid(model: model.name, reason: "the embedding or its gradient is not finite")
        }
        guard answer.embeddingLoss.isFinite, answer.statisticsLoss.isFinite else {
            throw .answerInvalid(model: model.name, reason: "its statistics are too far from the prior's")
        }
        return answer
    }

    private static func length(_ vector: [Float]) -> Float {
        Float(vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    }
}

import Inversion

extension FaceServer {
    /// What inverts: the recogniser of the configuration.
    static func inverter(for configuration: Configuration) -> InverterFactory {
        {
            do {
                return NetworkInverter(inverter: try InvertedRecognizer(configuration).inverter())
            } catch let error as InversionError { throw JobFailure(error) }
        }
    }
}

/// The descent as jobs see it.
private struct NetworkInverter: FaceInverting {
    let inverter: Inverter

    func invert(
        _ request: InversionRequest, progress: (Double) -> Void, isCancelled: () -> Bool
    ) throws -> InvertedPicture? {
        var options = InversionOptions()
        (options.iterations, options.seed) = (request.iterations, request.seed)
        do {
            let result = try inverter.invert(
                try InversionTarget(embedding: request.embedding, norm: request.norm), options: options,
                progress: { progress(Double($0.iteration) / Double($0.iterations)) },
                isCancelled: isCancelled)
            return InvertedPicture(
                image: result.image, similarity: Double(result.cosine),
                embeddingLoss: Double(result.losses.embedding),
                statisticsLoss: Double(result.losses.statistics), iterations: result.iterations)
        } catch InversionError.cancelled {
            return nil
        } catch { throw JobFailure(error) }
    }
}

extension JobFailure {
    fileprivate init(_ error: InversionError) { self.init(reason: "\(error)") }
}

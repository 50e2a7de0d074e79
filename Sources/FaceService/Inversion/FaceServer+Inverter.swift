import Inversion

extension FaceServer {
    /// What inverts: the recogniser of the configuration, which must be the one that runs. Its file is read
    /// again for the first job, and may have been replaced since the start.
    static func inverter(for configuration: Configuration, running fingerprint: String) -> InverterFactory {
        {
            do {
                let recognizer = try InvertedRecognizer(configuration)
                guard recognizer.fingerprint == fingerprint else {
                    throw JobFailure(
                        reason:
                            "the recognizer's file was changed since the start; the service has to be started anew"
                    )
                }
                return NetworkInverter(inverter: try recognizer.inverter())
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

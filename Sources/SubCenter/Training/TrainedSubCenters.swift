import Foundation

/// Class sub-centers W, trained over the whole gallery on its frozen embeddings.
///
/// A sweep deals the identities into blocks at random; the blocks of a sweep share no row of W, so they are
/// trained on several threads and the outcome is the same on any number. What is held is W and its velocity;
/// a block's own memory is bounded. Alone in its gallery an identity keeps the sub-centers it starts from,
/// one round of k-means: there is nobody to be told from.
package struct TrainedSubCenters: SubCenterEstimator {
    /// By the UTF-8 bytes of the name, as galleries tell identities apart.
    private let centers: [[UInt8]: VectorSet]
    /// The mean loss of each sweep.
    package let losses: [Double]

    /// Trains on a gallery as `PurifyMethod.trained` does.
    package init(
        _ identities: [EnrolledIdentity], parameters: PurifyParameters, _ training: SubCenterTraining
    ) throws(PurifyError) {
        let input = try PurifyInput(identities, judged: nil, isCancelled: { false })
        let run = PurifyRun(
            input: input, parameters: parameters, map: ParallelMap(pool: nil), isCancelled: { false })
        try self.init(run, training, PurifyProgress(total: 0, tell: { _ in }))
    }

    init(_ run: PurifyRun, _ training: SubCenterTraining, _ progress: PurifyProgress) throws(PurifyError) {
        var trainer = try SubCenterTrainer(run, training)
        var losses: [Double] = []
        for epoch in 0..<training.epochs {
            losses.append(try trainer.sweep(epoch, run))
            progress.advance(by: run.faceCount)
        }
        self.losses = losses
        let names = run.input.identities.map { Array($0.name.utf8) }
        centers = Dictionary(uniqueKeysWithValues: zip(names, trainer.centers))
    }

    package func subCenters(
        of identity: String, samples: VectorSet, count: Int, seed: UInt64, isCancelled: @Sendable () -> Bool
    ) throws(PurifyError) -> VectorSet {
        guard let found = centers[Array(identity.utf8)], found.count > 0 else {
            preconditionFailure("an identity that was not trained")
        }
        return found
    }
}

/// Finds the thresholds of a gallery from its own faces (docs/calibration.md).
///
/// Pure: the same gallery, parameters and seed give the same answer.
package struct Calibrator: Sendable {
    private let sample: CalibrationSample
    private let parameters: CalibrationParameters

    /// At most this many possible duplicates are listed.
    private static let duplicateLimit = 100
    private static let duplicateDegrees = 60.0

    package init(_ sample: CalibrationSample) {
        self.sample = sample
        parameters = sample.plan.parameters
    }

    /// Compares every pair of the sample on the calling thread, seconds for a full one: not for the
    /// cooperative pool.
    ///
    /// - Parameters:
    ///   - progress: told values from 0 to 1 that never fall.
    ///   - isCancelled: asked every few milliseconds of work.
    package func calibrate(
        progress: @escaping @Sendable (Double) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws(PurifyError) -> Calibration {
        let count = sample.photographs.count
        let scores = try CalibrationScores(
            sample,
            progress: PurifyProgress(total: CalibrationScores.work(photographs: count), tell: progress),
            isCancelled: isCancelled)
        let trials = scores.impostors.total
        return Calibration(
            identities: sample.rows.count, photographs: count, faces: sample.plan.faces,
            genuine: scores.genuine,
            impostors: scores.impostors,
            points: try points(scores, trials: trials, isCancelled: isCancelled),
            possibleDuplicates: try possibleDuplicates(isCancelled: isCancelled))
    }

    private func points(
        _ scores: CalibrationScores, trials: Int, isCancelled: () -> Bool
    ) throws(PurifyError) -> [CalibrationPoint] {
        var points: [CalibrationPoint] = []
        for rate in parameters.falseMatchRates {
            if isCancelled() { throw .cancelled }
            points.append(
                CalibrationPoint(
                    falseMatchRate: rate, trials: trials, outcome: outcome(scores, rate, trials: trials)))
        }
        return points
    }

    private func outcome(
        _ scores: CalibrationScores, _ rate: Double, trials: Int
    ) -> CalibrationPoint.Outcome {
        let needed = parameters.trialsNeeded(for: rate)
        guard trials >= needed else { return .insufficientTrials(needed: needed) }
        guard sample.rows.count >= parameters.leastIdentities else {
            return .insufficientIdentities(needed: parameters.leastIdentities)
        }
        let allowed = TrialCount.allowed(of: trials, at: rate)
        guard let step = scores.impostors.lowestStep(accepting: allowed) else { return .unreachable }
        return .threshold(scores.threshold(atStep: step, seed: parameters.seed))
    }

    private func possibleDuplicates(isCancelled: () -> Bool) throws(PurifyError) -> [PossibleDuplicate] {
        let index = CenterIndex(centers: sample.centers, dimension: sample.photographs.dimension)
        var pairs: [CenterIndex.Pair] = []
        for block in index.blocks.indices {
            pairs += try index.closePairs(
                inBlock: block, degrees: Self.duplicateDegrees, limit: Self.duplicateLimit,
                isCancelled: isCancelled, where: { _, _ in true })
        }
        return CenterIndex.closest(pairs, Self.duplicateLimit).map { pair in
            PossibleDuplicate(
                identities: [
                    sample.names[index.owners[pair.first]], sample.names[index.owners[pair.second]],
                ],
                angleDegrees: pair.degrees)
        }
    }
}

extension CalibrationScores {
    /// What a threshold at a step does.
    fileprivate func threshold(atStep step: Int, seed: UInt64) -> CalibrationPoint.Threshold {
        let similarity = ScoreHistogram.similarity(ofStep: step)
        let (matches, trials) = (genuine.count(from: step), genuine.total)
        let mated = bestOwn.indices.filter { bestOwn[$0] > -.infinity }
        let missed = mated.count { bestOwn[$0] < similarity || bestOther[$0] > bestOwn[$0] }
        return CalibrationPoint.Threshold(
            similarity: similarity, falseMatches: impostors.count(from: step),
            trueMatchRate: trials > 0 ? Double(matches) / Double(trials) : nil,
            trueMatchInterval: SharesOfPeople(steps: genuineSteps, from: step).interval(seed: seed),
            falsePositiveIdentificationRate: Double(bestOther.count { $0 >= similarity })
                / Double(bestOther.count),
            falseNegativeIdentificationRate: mated.isEmpty ? nil : Double(missed) / Double(mated.count))
    }
}

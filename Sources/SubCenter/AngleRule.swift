/// The rules that vote by sub-centers and then cut at an angle to the dominant one.
struct AngleRule: PurifyRule {
    let source: SubCenterSource

    /// Where the sub-centers come from.
    enum SubCenterSource: Sendable {
        case each(any SubCenterEstimator)
        case trained(SubCenterTraining)
    }

    var workPerFace: Int {
        switch source {
        case .each: 4
        case .trained(let training): 4 + training.epochs
        }
    }

    func judge(_ run: PurifyRun, _ progress: PurifyProgress) throws(PurifyError) -> Judgement {
        let analyses = try run.analyze(with: try estimator(run, progress), progress)
        let threshold = try run.threshold(analyses)
        return Judgement(
            analyses: analyses,
            outliers: analyses.map { analysis in
                analysis.isDecided
                    ? analysis.angles.indices.filter { analysis.angles[$0] >= threshold.degrees } : []
            },
            threshold: threshold)
    }

    private func estimator(_ run: PurifyRun, _ progress: PurifyProgress) throws(PurifyError)
        -> any SubCenterEstimator
    {
        switch source {
        case .each(let estimator): return estimator
        case .trained(let training): return try TrainedSubCenters(run, training, progress)
        }
    }
}

extension PurifyParameters {
    /// The parameters that the method works with: the paper's own rule gives every face a vote, merges
    /// nothing, and knows no doubt.
    var effective: PurifyParameters {
        guard method == .paper else { return self }
        var parameters = self
        parameters.mergeDegrees = 0
        parameters.duplicateCosine = 1
        parameters.ambiguityRatio = nil
        return parameters
    }
}

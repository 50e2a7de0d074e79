/// Finds the sub-centers of one identity, groups them and takes the vote.
struct IdentityAnalyzer: Sendable {
    let estimator: any SubCenterEstimator
    let parameters: PurifyParameters
    let dimension: Int
    let isCancelled: @Sendable () -> Bool

    func analyze(_ identity: PurifyInput.Identity) throws(PurifyError) -> IdentityAnalysis {
        if isCancelled() { throw .cancelled }
        guard !identity.faces.isEmpty else { return .empty }
        let distinct = try DistinctFaces(
            identity.faces, dimension: dimension, duplicateCosine: parameters.duplicateCosine,
            isCancelled: isCancelled)
        guard identity.faces.count >= IdentityAnalysis.smallestSet else {
            return IdentityAnalysis(undivided: identity.faces, samples: distinct.samples)
        }
        let centers = try estimator.subCenters(
            of: identity.name, samples: distinct.samples, count: parameters.subCenters,
            seed: StableGenerator.seed(parameters.seed, name: identity.name), isCancelled: isCancelled)
        let groups = SubCenterGroups(
            samples: distinct.samples, centers: centers, mergeDegrees: parameters.mergeDegrees)
        return IdentityAnalysis(
            identity.faces, distinct: distinct, groups: groups, ambiguityRatio: parameters.ambiguityRatio)
    }
}

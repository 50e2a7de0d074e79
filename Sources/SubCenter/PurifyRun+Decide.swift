extension PurifyRun {
    /// A face that goes: identity, face and sample in `PurifyInput`'s order.
    private struct Outlier {
        let identity: Int
        let face: Int
    }

    /// For each identity the faces to set aside, in the order of their ids.
    func decide(
        _ judgement: Judgement, _ index: CenterIndex, _ progress: PurifyProgress
    ) throws(PurifyError) -> [[QuarantineDecision]] {
        let (analyses, threshold) = (judgement.analyses, judgement.threshold.degrees)
        let outliers = judgement.outliers.indices.filter { input.identities[$0].isJudged }.flatMap {
            identity in
            judgement.outliers[identity].map { Outlier(identity: identity, face: $0) }
        }
        let blocks = CenterIndex.blocks(of: outliers.count)
        let decided = try map(blocks.count) { block throws(PurifyError) in
            let decisions = try decisions(Array(outliers[blocks[block]]), analyses, index, threshold)
            progress.advance(by: decisions.count)
            return decisions
        }
        progress.advance(by: analyses.reduce(-outliers.count) { $0 + $1.angles.count })
        var result = [[QuarantineDecision]](repeating: [], count: analyses.count)
        for (outlier, decision) in zip(outliers, decided.flatMap({ $0 })) {
            result[outlier.identity].append(decision)
        }
        return result
    }

    /// One block of outliers against all centers.
    private func decisions(
        _ outliers: [Outlier], _ analyses: [IdentityAnalysis], _ index: CenterIndex, _ threshold: Double
    ) throws(PurifyError) -> [QuarantineDecision] {
        var queries = VectorSet(dimension: input.dimension, capacity: outliers.count)
        for outlier in outliers {
            queries.append(input.identities[outlier.identity].faces[outlier.face].embedding)
        }
        let nearest = try index.nearest(
            to: queries, rows: 0..<outliers.count, own: outliers.map(\.identity), isCancelled: isCancelled)
        return zip(outliers, nearest).map { outlier, nearest in
            let other = nearest.map {
                (identity: index.owners[$0.row], angle: Sphere.degrees(cosine: $0.cosine))
            }
            return decision(outlier, analyses, other, threshold)
        }
    }

    private func decision(
        _ outlier: Outlier, _ analyses: [IdentityAnalysis], _ other: (identity: Int, angle: Double)?,
        _ threshold: Double
    ) -> QuarantineDecision {
        let identity = input.identities[outlier.identity]
        let analysis = analyses[outlier.identity]
        let nearest = other.map {
            NearestIdentity(name: input.identities[$0.identity].name, angleDegrees: $0.angle)
        }
        let accepted =
            other.map { analyses[$0.identity].accepts(angle: $0.angle, threshold: threshold) } ?? false
        return QuarantineDecision(
            identity: identity.name, faceID: identity.faces[outlier.face].id,
            reason: analysis.groupOfFace[outlier.face] == 0 ? .beyondThreshold : .nonDominant,
            angleDegrees: analysis.angles[outlier.face], nearest: nearest,
            moveTo: accepted ? nearest?.name : nil)
    }
}

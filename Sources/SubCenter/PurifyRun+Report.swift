extension PurifyRun {
    /// The report over the identities judged.
    func report(
        _ analyses: [IdentityAnalysis], _ decisions: [[QuarantineDecision]], _ duplicates: [PossibleDuplicate]
    ) -> PurificationReport {
        let judged = input.identities.indices.filter { input.identities[$0].isJudged }
        let faces = judged.reduce(0) { $0 + analyses[$1].angles.count }
        let quarantined = judged.reduce(0) { $0 + decisions[$1].count }
        return PurificationReport(
            identities: judged.count, faces: faces,
            dominant: judged.reduce(0) { $0 + (analyses[$1].groupCounts.first ?? 0) },
            quarantined: quarantined, kept: faces - quarantined,
            perIdentity: judged.map { report(input.identities[$0].name, analyses[$0], decisions[$0]) },
            possibleDuplicates: duplicates)
    }

    /// Those of the identities judged.
    func angles(
        _ analyses: [IdentityAnalysis], _ decisions: [[QuarantineDecision]]
    ) -> AngleHistogram {
        let judged = input.identities.indices.filter { input.identities[$0].isJudged }
        return AngleHistogram(
            judged.lazy.flatMap { analyses[$0].angles },
            quarantined: decisions.lazy.flatMap { $0 }.map(\.angleDegrees))
    }

    private func report(
        _ name: String, _ analysis: IdentityAnalysis, _ decisions: [QuarantineDecision]
    ) -> IdentityReport {
        let all = analysis.angles.reduce(0, +)
        let kept = all - decisions.reduce(0) { $0 + $1.angleDegrees }
        return IdentityReport(
            identity: name, faces: analysis.angles.count, subCenters: analysis.subCenterCounts,
            groups: analysis.groupCounts, dominant: analysis.groupCounts.isEmpty ? nil : 0,
            ambiguous: analysis.isAmbiguous, quarantined: decisions.map(\.faceID),
            angleMeanBefore: mean(all, analysis.angles.count),
            angleMeanAfter: mean(kept, analysis.angles.count - decisions.count))
    }

    private func mean(_ sum: Double, _ count: Int) -> Double? { count > 0 ? sum / Double(count) : nil }
}

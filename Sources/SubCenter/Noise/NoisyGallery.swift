/// A gallery whose mistakes are known.
package struct NoisyGallery: Sendable {
    package let identities: [EnrolledIdentity]
    /// Ids of the faces that do not belong where they are.
    package let wrong: Set<String>

    /// How well a purification found the mistakes.
    package func score(_ purification: Purification) -> NoiseScore {
        var score = NoiseScore()
        for report in purification.report.perIdentity { score.ambiguous += report.ambiguous ? 1 : 0 }
        let removed = Set(purification.quarantine.map(\.faceID))
        let ambiguous = Set(
            purification.report.perIdentity.filter(\.ambiguous).map { Array($0.identity.utf8) })
        for identity in identities {
            let isAmbiguous = ambiguous.contains(Array(identity.name.utf8))
            for face in identity.faces {
                switch (wrong.contains(face.id), removed.contains(face.id)) {
                case (true, true): score.removed += 1
                case (true, false): if isAmbiguous { score.undecided += 1 } else { score.missed += 1 }
                case (false, true): score.lost += 1
                case (false, false): score.kept += 1
                }
            }
        }
        return score
    }
}

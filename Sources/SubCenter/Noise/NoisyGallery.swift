/// A gallery whose mistakes are known.
package struct NoisyGallery: Sendable {
    package let identities: [EnrolledIdentity]
    /// Ids of the faces that do not belong where they are, as bytes: made of names, they may be different
    /// spellings of one character, which `String` takes for equal.
    package let wrong: Set<[UInt8]>

    package func isWrong(_ face: EnrolledFace) -> Bool { wrong.contains(Array(face.id.utf8)) }

    /// How well a purification found the mistakes.
    package func score(_ purification: Purification) -> NoiseScore {
        var score = NoiseScore()
        for report in purification.report.perIdentity { score.ambiguous += report.ambiguous ? 1 : 0 }
        let removed = Set(purification.quarantine.map { Array($0.faceID.utf8) })
        let ambiguous = Set(
            purification.report.perIdentity.filter(\.ambiguous).map { Array($0.identity.utf8) })
        for identity in identities {
            let isAmbiguous = ambiguous.contains(Array(identity.name.utf8))
            for face in identity.faces {
                switch (isWrong(face), removed.contains(Array(face.id.utf8))) {
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

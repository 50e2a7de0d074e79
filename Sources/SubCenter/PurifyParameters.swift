/// What a purification may be told. The defaults are those of the sub-center paper (K = 3, 75 degrees) with
/// the merging of docs/purification.md.
package struct PurifyParameters: Sendable, Equatable {
    package var method: PurifyMethod
    /// Sub-centers looked for in each identity, 1...16; fewer where there are fewer faces.
    package var subCenters = 3
    /// The angle to the dominant center from which a face is set aside, degrees, over 0 and up to 180.
    package var threshold = ThresholdChoice.fixed(75)
    /// Sub-centers closer than this are one group, degrees, 0...180. 0 is the paper's own rule.
    package var mergeDegrees = 60.0
    /// Same gallery, parameters and seed: same result.
    package var seed: UInt64 = 0
    /// Faces with a cosine above this are one photograph and have one vote, over 0 and up to 1. With 1
    /// every face has its own, even identical ones.
    package var duplicateCosine = 0.98
    /// A second group with at least this share of the first one's votes makes an identity ambiguous, over 0
    /// and up to 1; nil for never.
    package var ambiguityRatio: Double? = 0.85
    /// Identities whose dominant centers are closer than this are listed as one person enrolled twice,
    /// degrees, 0...180. By the same rule two centers inside one identity would have been merged.
    package var possibleDuplicateDegrees = 60.0
    /// At most this many possible duplicates, the closest ones, 0...100,000.
    package var possibleDuplicateLimit = 1_000
    /// Identities to judge; nil for all. The others are left alone but still are what a face may lie nearest
    /// to.
    package var identities: [String]?

    package init(method: PurifyMethod = .evidence) { self.method = method }

    /// Throws `invalidParameter` for the first field outside its range.
    package func validate() throws(PurifyError) {
        try Self.check("sub_centers", subCenters, subCenters >= 1 && subCenters <= 16, "1 to 16")
        if case .fixed(let degrees) = threshold {
            try Self.check(
                "threshold_degrees", degrees, degrees > 0 && degrees <= 180,
                "over 0 and up to 180, or \"auto\"")
        }
        try Self.check("merge_degrees", mergeDegrees, Self.isAngle(mergeDegrees), "0 to 180")
        try Self.check(
            "duplicate_cosine", duplicateCosine, Self.isShare(duplicateCosine), "over 0 and up to 1")
        if let ratio = ambiguityRatio {
            try Self.check("ambiguity_ratio", ratio, Self.isShare(ratio), "over 0 and up to 1")
        }
        try Self.check(
            "possible_duplicate_degrees", possibleDuplicateDegrees, Self.isAngle(possibleDuplicateDegrees),
            "0 to 180")
        try Self.check(
            "possible_duplicate_limit", possibleDuplicateLimit,
            possibleDuplicateLimit >= 0 && possibleDuplicateLimit <= 100_000, "0 to 100000")
    }

    private static func isAngle(_ degrees: Double) -> Bool { degrees >= 0 && degrees <= 180 }

    private static func isShare(_ value: Double) -> Bool { value > 0 && value <= 1 }

    private static func check(
        _ field: String, _ value: some CustomStringConvertible, _ holds: Bool, _ allowed: String
    ) throws(PurifyError) {
        if !holds {
            throw .invalidParameter(field: field, value: value.description, allowed: allowed)
        }
    }
}

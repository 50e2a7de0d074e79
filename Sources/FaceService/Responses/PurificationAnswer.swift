package import Encodings
package import SubCenter

/// The purification report of the contract.
package struct PurificationAnswer: JSONRepresentable {
    let purification: Purification
    private let isDryRun: Bool

    package init(_ purification: Purification, isDryRun: Bool) {
        self.purification = purification
        self.isDryRun = isDryRun
    }

    package var json: JSONValue {
        let report = purification.report
        var object = totals
        object.append("per_identity", .array(report.perIdentity.map(Self.json)))
        object.append("possible_duplicates", .array(report.possibleDuplicates.map(Self.json)))
        object.append("angles", anglesJSON)
        return .object(object)
    }

    private var anglesJSON: JSONValue {
        .object([
            "degrees": .integer(AngleHistogram.width),
            "before": .array(purification.angles.before.map { .integer($0) }),
            "after": .array(purification.angles.after.map { .integer($0) }),
        ])
    }

    /// What is short however large the gallery.
    var summary: JSONValue { .object(totals) }

    private var totals: JSONObject {
        let report = purification.report
        return [
            "identities": .integer(report.identities), "faces": .integer(report.faces),
            "dominant": .integer(report.dominant), "quarantined": .integer(report.quarantined),
            "kept": .integer(report.kept),
            "ambiguous": .integer(report.perIdentity.count { $0.ambiguous }),
            "threshold_degrees": .number(purification.threshold.degrees),
            "threshold_source": .string(purification.threshold.source.rawValue),
            "threshold_trials": .object([
                "genuine": .integer(purification.threshold.genuine),
                "impostor": .integer(purification.threshold.impostors),
            ]), "dry_run": .bool(isDryRun),
            "seconds": .number(report.seconds),
        ]
    }

    private static func json(_ report: IdentityReport) -> JSONValue {
        .object([
            "identity": .string(report.identity), "faces": .integer(report.faces),
            "sub_centers": .array(report.subCenters.map { .integer($0) }),
            "groups": .array(report.groups.map { .integer($0) }),
            "dominant": report.dominant.map { .integer($0) } ?? .null, "ambiguous": .bool(report.ambiguous),
            "quarantined": .array(report.quarantined.map { .string($0) }),
            "angle_mean_before": report.angleMeanBefore.map { .number($0) } ?? .null,
            "angle_mean_after": report.angleMeanAfter.map { .number($0) } ?? .null,
        ])
    }

    static func json(_ duplicate: PossibleDuplicate) -> JSONValue {
        .object([
            "identities": .array(duplicate.identities.map { .string($0) }),
            "angle_degrees": .number(duplicate.angleDegrees),
        ])
    }
}

package import Encodings
import SubCenter

/// The report of a calibration.
struct CalibrationAnswer: JSONRepresentable {
    private let calibration: Calibration
    private let applied: CalibrationPoint?
    private let before: Float?
    private let seconds: Double

    /// Bars of the histograms, over -1...1.
    private static let bars = 200

    /// - Parameters:
    ///   - applied: the point whose threshold is put in force, if it has one.
    ///   - before: the gallery's own threshold until then.
    init(_ calibration: Calibration, applied: CalibrationPoint?, before: Float?, seconds: Double) {
        self.calibration = calibration
        self.applied = applied
        self.before = before
        self.seconds = seconds
    }

    var json: JSONValue {
        var object = short
        object.append(
            "histogram",
            .object([
                "least": .integer(-1), "greatest": .integer(1),
                "genuine": .array(calibration.genuine.bars(Self.bars).map { .integer($0) }),
                "impostor": .array(calibration.impostors.bars(Self.bars).map { .integer($0) }),
            ]))
        object.append(
            "possible_duplicates", .array(calibration.possibleDuplicates.map(PurificationAnswer.json)))
        return .object(object)
    }

    /// Without the histograms and the list of duplicates.
    var summary: JSONValue { .object(short) }

    private var short: JSONObject {
        [
            "identities": .integer(calibration.identities), "faces": .integer(calibration.faces),
            "photographs": .integer(calibration.photographs),
            "sampled": .bool(calibration.photographs < calibration.faces),
            "genuine": Self.json(calibration.genuine), "impostor": Self.json(calibration.impostors),
            "thresholds": .array(calibration.points.map(\.json)), "applied": appliedJSON,
            "threshold_before": before.map { .float($0) } ?? .null, "seconds": .number(seconds),
        ]
    }

    private var appliedJSON: JSONValue {
        guard let applied, case .threshold(let found) = applied.outcome else { return .null }
        return .object([
            "fmr": .number(applied.falseMatchRate), "threshold": .float(found.similarity),
        ])
    }

    private static func json(_ histogram: ScoreHistogram) -> JSONValue {
        .object([
            "trials": .integer(histogram.total), "mean": histogram.mean.map { .number($0) } ?? .null,
            "deviation": histogram.deviation.map { .number($0) } ?? .null,
        ])
    }
}

extension CalibrationPoint: JSONRepresentable {
    package var json: JSONValue {
        var object: JSONObject = ["fmr": .number(falseMatchRate), "trials": .integer(trials)]
        switch outcome {
        case .threshold(let found):
            object.append("threshold", .float(found.similarity))
            object.append("tmr", found.trueMatchRate.map { .number($0) } ?? .null)
            object.append(
                "tmr_interval",
                found.trueMatchInterval.map {
                    .array([.number($0.lowerBound), .number($0.upperBound)])
                } ?? .null)
            object.append("false_matches", .integer(found.falseMatches))
            object.append("fpir", .number(found.falsePositiveIdentificationRate))
            object.append("fnir", found.falseNegativeIdentificationRate.map { .number($0) } ?? .null)
        case .insufficientTrials, .insufficientIdentities:
            object.append("code", .string("insufficient_data"))
        case .unreachable: object.append("code", .string("not_reached"))
        }
        object.append("detail", ifPresent: shortage.map { .string($0) })
        return .object(object)
    }

    /// Why there is no threshold; nil where there is one.
    var shortage: String? {
        let rate = "a false match rate of \(falseMatchRate)"
        switch outcome {
        case .threshold: return nil
        case .insufficientTrials(let needed):
            return "\(rate) needs \(needed) impostor trials, there are \(trials)"
        case .insufficientIdentities(let needed):
            return "\(rate) needs photographs of \(needed) identities, there are fewer"
        case .unreachable:
            return "\(rate) is not reached: too many identities share the same photographs"
        }
    }
}

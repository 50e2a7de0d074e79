package import Encodings
package import SubCenter

/// What a calibration is asked to do.
package struct CalibrateRequest: JSONRepresentable {
    /// The false match rate whose threshold becomes the gallery's; nil only reports.
    package var apply: Double?
    /// Matters where not every photograph takes part.
    package var seed: UInt64 = 0

    /// What `apply` may be.
    package static let rates = 1e-9...0.5

    package init() {}

    /// With the rate to apply among those that thresholds are looked for.
    package var parameters: CalibrationParameters {
        var parameters = CalibrationParameters()
        parameters.seed = seed
        if let apply, !parameters.falseMatchRates.contains(apply) {
            parameters.falseMatchRates = (parameters.falseMatchRates + [apply]).sorted(by: >)
        }
        return parameters
    }

    /// The parameters as the job shows them.
    package var json: JSONValue {
        .object([
            "apply": apply.map { .number($0) } ?? .null, "seed": .integer(Int(clamping: seed)),
        ])
    }
}

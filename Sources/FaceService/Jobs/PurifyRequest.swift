package import Gallery
package import SubCenter

/// What a purification is asked to do.
package struct PurifyRequest: JSONRepresentable {
    package var parameters = PurifyParameters()
    /// Reports and changes nothing.
    package var isDryRun = false
    /// The identities to judge; nil for all.
    package var identities: [IdentityName]? {
        didSet { parameters.identities = identities.map { $0.map(\.text) } }
    }

    package init() {}

    /// The method of that name. Without one it is the default, but `kmeans` where its own parameters are given: they
    /// would mean nothing to the default, and callers from before there were methods mean that one.
    package static func method(named name: String?, hasAngles: Bool) -> PurifyMethod {
        name.flatMap(PurifyMethod.init) ?? (hasAngles ? .kmeans : PurifyParameters().method)
    }

    /// The parameters as the job shows them.
    package var json: JSONValue {
        let threshold: JSONValue =
            switch parameters.threshold {
            case .fixed(let degrees): .number(degrees)
            case .auto: .string("auto")
            }
        var object: JSONObject = [
            "method": .string(parameters.method.rawValue), "sub_centers": .integer(parameters.subCenters),
            "threshold_degrees": threshold,
            "merge_degrees": .number(parameters.mergeDegrees), "dry_run": .bool(isDryRun),
            "seed": .integer(Int(clamping: parameters.seed)),
        ]
        object.append("identities", ifPresent: identities.map { .array($0.map { .string($0.text) }) })
        return .object(object)
    }
}

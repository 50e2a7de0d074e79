package import Encodings
package import Gallery
package import SubCenter

/// What a purification is asked to do.
package struct PurifyRequest: JSONRepresentable {
    package var parameters: PurifyParameters
    /// Reports and changes nothing.
    package var isDryRun = false
    /// The identities to judge; nil for all.
    package var identities: [IdentityName]? {
        didSet { parameters.identities = identities.map { $0.map(\.text) } }
    }
    /// Those of the method's own parameters that the caller gave, by their names in the HTTP interface.
    private let given: Set<String>

    /// - Parameters:
    ///   - method: without one it is the default, but `kmeans` where its own parameters are given: they would
    ///     mean nothing to the default, and callers from before there were methods mean that one.
    ///   - given: names of parameters that the caller gave: `sub_centers`, `threshold_degrees`,
    ///     `merge_degrees`.
    ///   - isAuto: the threshold given is `"auto"`, which every method understands.
    package init(method: PurifyMethod? = nil, given: Set<String> = [], isAuto: Bool = false) {
        self.given = isAuto ? given.subtracting(["threshold_degrees"]) : given
        parameters = PurifyParameters(
            method: method ?? (self.given.isEmpty ? PurifyParameters().method : .kmeans))
    }

    /// Throws `unusedParameter` for one that was given in vain, `invalidParameter` for one outside its range.
    package func validate() throws(PurifyError) {
        for name in given.sorted() where !parameters.method.parameters.contains(name) {
            throw .unusedParameter(field: name, method: parameters.method)
        }
        try parameters.validate()
    }

    /// The parameters as the job shows them: those that the method goes by.
    package var json: JSONValue {
        let used = parameters.method.parameters
        var object: JSONObject = ["method": .string(parameters.method.rawValue)]
        if used.contains("sub_centers") {
            object.append("sub_centers", .integer(parameters.subCenters))
        }
        switch parameters.threshold {
        case .auto: object.append("threshold_degrees", .string("auto"))
        case .fixed(let degrees) where used.contains("threshold_degrees"):
            object.append("threshold_degrees", .number(degrees))
        case .fixed: break
        }
        if used.contains("merge_degrees") {
            object.append("merge_degrees", .number(parameters.mergeDegrees))
        }
        object.append("dry_run", .bool(isDryRun))
        object.append("seed", .integer(Int(clamping: parameters.seed)))
        object.append("identities", ifPresent: identities.map { .array($0.map { .string($0.text) }) })
        return .object(object)
    }
}

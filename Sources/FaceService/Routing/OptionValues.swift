package import Encodings
package import HTTP

/// The options of one request: each known, of the right kind, in range, and given once.
package struct OptionValues: Sendable {
    private let specs: [OptionSpec]
    private var values: [String: JSONValue] = [:]

    /// Options without any value, every one at its default.
    package init(specs: [OptionSpec]) { self.specs = specs }

    /// Reads the query; an option that is unknown, malformed or given twice throws `parameter_invalid`.
    package init(specs: [OptionSpec], query: [QueryItem]) throws {
        self.specs = specs
        for item in query {
            guard let spec = specs.first(where: { $0.name == item.name }), spec.fitsQuery else {
                throw Problem.parameter(item.name, "is not an option here")
            }
            try set(spec, try spec.parsed(item.value))
        }
    }

    /// Adds the members of a JSON body, leaving out `inputs`, which are no options. A `null` is as good as
    /// none.
    mutating func add(_ body: JSONObject, besides inputs: Set<String>) throws {
        for member in body.members where !inputs.contains(member.key) {
            guard let spec = specs.first(where: { $0.name == member.key }) else {
                throw Problem.parameter(member.key, "is not known here")
            }
            if member.value == .null { continue }
            try set(spec, try spec.checked(member.value))
        }
    }

    /// Whether a text field of a form can be an option of that name.
    func takes(field name: String) -> Bool { field(name) != nil }

    /// Adds a text field of a form, if it can be an option.
    mutating func add(field name: String, text: String) throws {
        guard let spec = field(name) else { return }
        try set(spec, try spec.parsed(text))
    }

    private func field(_ name: String) -> OptionSpec? { specs.first { $0.name == name && $0.fitsQuery } }

    /// Throws for the first required option that is missing.
    func checkRequired() throws {
        for spec in specs where spec.isRequired && values[spec.name] == nil {
            throw Problem.parameter(spec.name, "is required")
        }
    }

    private mutating func set(_ spec: OptionSpec, _ value: JSONValue) throws {
        guard values.updateValue(value, forKey: spec.name) == nil else {
            throw Problem.parameter(spec.name, "is given more than once")
        }
    }

    private func value(_ name: String) -> JSONValue? {
        precondition(specs.contains { $0.name == name }, "the operation does not declare the option \(name)")
        return values[name]
    }

    package func has(_ name: String) -> Bool { value(name) != nil }
    package func integer(_ name: String) -> Int? { value(name)?.integerValue }
    package func number(_ name: String) -> Double? { value(name)?.doubleValue }
    package func float(_ name: String) -> Float? { value(name)?.doubleValue.map { Float($0) } }
    package func flag(_ name: String) -> Bool { value(name)?.boolValue ?? false }
    package func text(_ name: String) -> String? { value(name)?.stringValue }
    package func texts(_ name: String) -> [String]? {
        value(name)?.arrayValue?.compactMap(\.stringValue)
    }
    package func embedding(_ name: String) -> [Float]? { value(name).flatMap(ImageForms.vector) }
    package func object(_ name: String) -> JSONObject? { value(name)?.objectValue }
}

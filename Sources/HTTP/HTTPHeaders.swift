/// Header fields in the order they were written, found without regard to case.
///
/// A lookup scans (the count is limited by the parser), which is faster than hashing at these sizes.
package struct HTTPHeaders: Hashable, Sendable {
    /// One field line.
    package struct Field: Hashable, Sendable {
        package let name: FieldName
        package let value: FieldValue

        package init(name: FieldName, value: FieldValue) {
            self.name = name
            self.value = value
        }
    }

    /// All field lines, in order.
    package private(set) var fields: [Field] = []

    package init() {}

    package var count: Int { fields.count }
    package var isEmpty: Bool { fields.isEmpty }

    /// The first value of `name`; setting replaces every line of that name, nil removes them.
    package subscript(name: FieldName) -> FieldValue? {
        get { fields.first { $0.name == name }?.value }
        set {
            fields.removeAll { $0.name == name }
            if let newValue { fields.append(Field(name: name, value: newValue)) }
        }
    }

    /// The text of the first value of `name`.
    package func text(_ name: FieldName) -> String? { self[name]?.text }

    /// Every line of `name`, in order.
    package func values(_ name: FieldName) -> [String] {
        fields.filter { $0.name == name }.map(\.value.text)
    }

    package func contains(_ name: FieldName) -> Bool { fields.contains { $0.name == name } }

    /// Adds a line and keeps those of the same name.
    package mutating func add(_ name: FieldName, _ value: FieldValue) {
        fields.append(Field(name: name, value: value))
    }

    /// Whether the comma-separated list of `name` has `token`, without regard to case
    /// (RFC 9110, 5.6.1), as for `Connection: close`.
    package func list(_ name: FieldName, has token: String) -> Bool {
        listElements(name).contains { $0.lowercased() == token }
    }

    /// The elements of the comma-separated list that all lines of `name` make together, without white
    /// space around them, empty ones left out. Meant for lists of tokens: quoted commas are not seen.
    package func listElements(_ name: FieldName) -> [Substring] {
        fields.filter { $0.name == name }.flatMap { field in
            field.value.text.split(separator: ",").map(Self.trimmed).filter { !$0.isEmpty }
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        func isBlank(_ byte: Character) -> Bool { byte == " " || byte == "\t" }
        var text = text.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (FieldName, FieldValue)...) {
        for (name, value) in elements { add(name, value) }
    }
}

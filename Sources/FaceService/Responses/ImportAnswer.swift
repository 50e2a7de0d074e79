package import Encodings
package import Gallery

/// The answer of an import.
package struct ImportAnswer: JSONRepresentable {
    package let summary: ImportSummary

    package var json: JSONValue {
        .object([
            "faces": .integer(summary.faces), "identities": .integer(summary.identities),
            "duplicates": .integer(summary.duplicates),
        ])
    }
}

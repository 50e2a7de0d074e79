/// What an import brought.
package struct ImportSummary: Sendable, Equatable {
    /// Faces added.
    package let faces: Int
    /// Identities that were not there before.
    package let identities: Int
    /// Faces whose source stood in their identity before; left out.
    package let duplicates: Int
    /// Identities that were there without metadata and got some.
    let completed: Int

    /// Both together.
    static func + (left: ImportSummary, right: ImportSummary) -> ImportSummary {
        ImportSummary(
            faces: left.faces + right.faces, identities: left.identities + right.identities,
            duplicates: left.duplicates + right.duplicates, completed: left.completed + right.completed)
    }
}

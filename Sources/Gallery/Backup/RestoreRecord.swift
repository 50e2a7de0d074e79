/// A database that was restored.
package struct RestoreRecord: Sendable, Equatable {
    /// Where it is now.
    package let database: String
    /// The file that it was copied from.
    package let file: String
    package let bytes: Int
    package let galleries: Int
    package let identities: Int
    /// All faces, those in quarantine included.
    package let faces: Int
    /// Steps that its schema has taken, and those that this version knows: what is missing is made up by
    /// whoever opens it next.
    package let steps: Int
    package let knownSteps: Int
    /// The folder with what was there before; nil where nothing was.
    package let putAside: String?
}

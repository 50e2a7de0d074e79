/// How far a backup is.
package enum BackupProgress: Sendable, Equatable {
    /// Bytes of the copy that are written, of about so many.
    case copying(bytes: Int, of: Int)
    /// The copy is read through.
    case checking
}

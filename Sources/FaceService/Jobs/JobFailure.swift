import Gallery

/// A job that found out why it cannot do what was asked.
struct JobFailure: Error {
    let reason: String
    /// What it found before, if anything, and that without what is too long for lists.
    var report: JSONObjectText?
    var summary: JSONObjectText?
}

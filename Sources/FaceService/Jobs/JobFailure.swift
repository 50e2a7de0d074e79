import Gallery

/// A job that found out why it cannot do what was asked, and has a report to show for it.
struct JobFailure: Error {
    let reason: String
    let report: JSONObjectText
}

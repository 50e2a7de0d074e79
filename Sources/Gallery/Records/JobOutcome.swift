/// How a job ended.
package enum JobOutcome: Sendable {
    /// With a summary where the report is too long for lists.
    case succeeded(report: JSONObjectText?, summary: JSONObjectText? = nil)
    /// The report is what was found before it failed, if anything.
    case failed(error: String, report: JSONObjectText? = nil, summary: JSONObjectText? = nil)
    case cancelled
    /// Cancelled by something else than a wish to end the job.
    case dropped(reason: String)
}

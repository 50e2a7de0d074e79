/// How a job ended.
package enum JobOutcome: Sendable {
    /// With a summary where the report is too long for lists.
    case succeeded(report: JSONObjectText?, summary: JSONObjectText? = nil)
    case failed(error: String)
    case cancelled
}

/// How a job ended.
package enum JobOutcome: Sendable {
    case succeeded(report: JSONObjectText?)
    case failed(error: String)
    case cancelled
}

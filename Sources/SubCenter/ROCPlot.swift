/// A ROC curve as a small SVG, false accept rates on a logarithmic axis.
package struct ROCPlot: Sendable {
    package let metrics: VerificationMetrics
    package let title: String

    package init(metrics: VerificationMetrics, title: String) {
        self.metrics = metrics
        self.title = title
    }

    /// The SVG document, UTF-8.
    package func svg() -> String { fatalError("written next") }
}

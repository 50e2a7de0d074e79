/// The mean and deviation that each channel of a value of the graph, `[N, C, H, W]`, has over faces.
package struct StatisticsSite: Sendable, Hashable {
    /// The value's name in the file.
    package let value: String
    package let mean: [Float]
    package let deviation: [Float]

    /// Traps where there are not as many deviations as means.
    package init(value: String, mean: [Float], deviation: [Float]) {
        precondition(mean.count == deviation.count, "\(mean.count) means, \(deviation.count) deviations")
        (self.value, self.mean, self.deviation) = (value, mean, deviation)
    }
}

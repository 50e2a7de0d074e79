/// Mean and deviation of each channel of a value of a graph.
package struct StatisticsSite: Sendable {
    package let value: String
    package let mean: [Float]
    package let deviation: [Float]

    package init(value: String, mean: [Float], deviation: [Float]) {
        (self.value, self.mean, self.deviation) = (value, mean, deviation)
    }
}

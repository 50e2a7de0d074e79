import Commands
import Testing

@Test func `the median of an even count is the mean of the middle two`() {
    let summary = LatencySummary(milliseconds: [4, 1, 3, 2])
    #expect(summary.medianMilliseconds == 2.5)
    #expect(summary.minimumMilliseconds == 1)
    #expect(summary.iterations == 4)
}

@Test func `quantiles of one sample are that sample`() {
    let summary = LatencySummary(milliseconds: [7])
    #expect(summary.medianMilliseconds == 7)
    #expect(summary.p90Milliseconds == 7)
    #expect(summary.p99Milliseconds == 7)
}

@Test func `the 90th percentile leaves a tenth above it`() {
    let summary = LatencySummary(milliseconds: (1...100).map(Double.init))
    #expect(summary.p90Milliseconds == 91)
    #expect(summary.p99Milliseconds == 100)
}

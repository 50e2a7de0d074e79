import Inference

/// The rows of `arcface bench --profile`: where the time of a run goes, and how near to the CPU's peak.
///
/// Speeds are those of each step's fastest run, so that a neighbour on the same cores is not taken for a slow
/// kernel.
struct ProfileReport {
    private let timings: [NodeTiming]
    /// Floating point operations a second of all threads.
    private let peak: Double

    init(_ timings: [NodeTiming], peak: Double) {
        self.timings = timings.sorted { ($1.fastest, $0.name) < ($0.fastest, $1.name) }
        self.peak = peak
    }

    /// A heading, a row a step, slowest first, and the sum.
    var lines: [String] {
        let fastest = timings.reduce(0) { $0 + ProfileReport.microseconds($1.fastest) }
        let rows = timings.map { timing in
            row(
                mean: ProfileReport.mean(timing), fastest: ProfileReport.microseconds(timing.fastest),
                share: ProfileReport.microseconds(timing.fastest) / fastest, operations: timing.operations,
                text: [timing.operatorType, timing.algorithm, timing.shapes, timing.name])
        }
        let sum = row(
            mean: timings.reduce(0) { $0 + ProfileReport.mean($1) }, fastest: fastest, share: 1,
            operations: timings.reduce(0) { $0 + $1.operations }, text: ["all steps"])
        return ["mean us\tfastest\t%\tGFLOP/s\t% peak\toperator\talgorithm\tshapes\tnode"] + rows + [
            sum, "peak: \((peak / 1e9).fixed(1)) GFLOP/s, measured in registers with the same threads",
        ]
    }

    private func row(
        mean: Double, fastest: Double, share: Double, operations: Int, text: [String]
    ) -> String {
        let rate = fastest > 0 ? Double(operations) / fastest * 1e6 : 0
        let speed = operations > 0 ? [(rate / 1e9).fixed(1), (100 * rate / peak).fixed(0)] : ["-", "-"]
        return ([mean.fixed(1), fastest.fixed(1), (100 * share).fixed(1)] + speed + text)
            .joined(separator: "\t")
    }

    private static func mean(_ timing: NodeTiming) -> Double {
        timing.runs > 0 ? microseconds(timing.nanoseconds) / Double(timing.runs) : 0
    }

    private static func microseconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e3 }
}

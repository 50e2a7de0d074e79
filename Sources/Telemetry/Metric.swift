/// What the registry knows of a metric.
protocol Metric: AnyObject, Sendable {
    var description: MetricDescription { get }
    /// Prometheus' word for the type.
    var kind: String { get }
    func render(into text: inout MetricText)
}

/// Name, help and label names, checked.
struct MetricDescription: Sendable {
    let name: String
    let help: String
    let labels: [String]

    init(_ name: String, _ help: String, _ labels: [String]) {
        precondition(Self.isName(name, allowsColon: true), "\(name) is no metric name")
        precondition(labels.allSatisfy { Self.isName($0, allowsColon: false) }, "a label name is malformed")
        self.name = name
        self.help = help
        self.labels = labels
    }

    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`, the colon in metric names only.
    private static func isName(_ text: String, allowsColon: Bool) -> Bool {
        func isStart(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "_"):
                true
            default: allowsColon && byte == UInt8(ascii: ":")
            }
        }
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        guard let first = text.utf8.first, isStart(first) else { return false }
        return text.utf8.allSatisfy { isStart($0) || isDigit($0) }
    }
}

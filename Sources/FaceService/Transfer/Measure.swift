/// What the measures of a face can be.
enum Measure {
    static let any: ClosedRange<Float> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude
    /// Lengths, and what else is counted from 0.
    static let size: ClosedRange<Float> = 0 ... .greatestFiniteMagnitude
    static let score: ClosedRange<Float> = 0...1
    /// Degrees to either side.
    static let turn: ClosedRange<Float> = -180...180
    /// Degrees between two directions.
    static let angle: ClosedRange<Float> = 0...180

    /// `from 0 to 1`, for messages.
    static func text(_ range: ClosedRange<Float>) -> String {
        range == size ? "0 or more" : "from \(range.lowerBound) to \(range.upperBound)"
    }
}

/// The words of a command line that belong to no option.
package struct Operands: Sendable {
    /// As help shows them: `IMAGE...`.
    package let usage: String
    /// How many there may be.
    package let count: ClosedRange<Int>

    /// No operands at all.
    package static let none = Operands(usage: "", count: 0...0)

    /// Exactly `count` operands, shown as `usage`.
    package static func exactly(_ count: Int, _ usage: String) -> Operands {
        Operands(usage: usage, count: count...count)
    }

    /// One operand or more.
    package static func atLeastOne(_ usage: String) -> Operands {
        Operands(usage: usage, count: 1...Int.max)
    }

    /// Between `range`'s bounds.
    package static func between(_ range: ClosedRange<Int>, _ usage: String) -> Operands {
        Operands(usage: usage, count: range)
    }
}

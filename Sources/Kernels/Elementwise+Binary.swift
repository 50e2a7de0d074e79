/// A function of two elements.
package enum BinaryOperation: Sendable, Hashable, CaseIterable {
    case add, subtract, multiply, divide, power, minimum, maximum
}

extension Elementwise {
    /// `output` may be an operand that has the output's shape.
    package static func apply(
        _ operation: BinaryOperation, _ broadcast: Broadcast, _ a: UnsafePointer<Float>,
        _ b: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        switch operation {
        case .add: broadcast.run(a, b, output, pool: pool) { $0 + $1 }
        case .subtract: broadcast.run(a, b, output, pool: pool) { $0 - $1 }
        case .multiply: broadcast.run(a, b, output, pool: pool) { $0 * $1 }
        case .divide: broadcast.run(a, b, output, pool: pool) { $0 / $1 }
        case .power: power(broadcast, a, b, output, pool)
        // NaN in either operand comes out, as in NumPy.
        case .minimum: broadcast.run(a, b, output, pool: pool) { $0 < $1 || $0.isNaN ? $0 : $1 }
        case .maximum: broadcast.run(a, b, output, pool: pool) { $0 > $1 || $0.isNaN ? $0 : $1 }
        }
    }

    /// Operands of the same `count`, element by element; `output` may be either.
    package static func apply(
        _ operation: BinaryOperation, count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        if operation == .add { return apply(.none, a, adding: b, output, count: count, pool: pool) }
        guard let broadcast = try? Broadcast([count], [count]) else { return }
        apply(operation, broadcast, a, b, output, pool: pool)
    }

    /// Integers wrap around on overflow and divide towards zero; a power below 0 is 0 unless the base is 1 or
    /// -1. `output` may be an operand that has the output's shape.
    ///
    /// Throws `divisionByZero`, before anything is written.
    package static func apply<Integer: FixedWidthInteger & SignedInteger>(
        _ operation: BinaryOperation, _ broadcast: Broadcast, _ a: UnsafePointer<Integer>,
        _ b: UnsafePointer<Integer>, _ output: UnsafeMutablePointer<Integer>
    ) throws(KernelError) {
        guard broadcast.count > 0 else { return }
        switch operation {
        case .add: broadcast.run(a, b, output, pool: nil) { $0 &+ $1 }
        case .subtract: broadcast.run(a, b, output, pool: nil) { $0 &- $1 }
        case .multiply: broadcast.run(a, b, output, pool: nil) { $0 &* $1 }
        case .divide:
            let divisors = UnsafeBufferPointer(start: b, count: broadcast.countB)
            if divisors.contains(0) { throw .divisionByZero }
            broadcast.run(a, b, output, pool: nil) { $0.dividedReportingOverflow(by: $1).partialValue }
        case .power: broadcast.run(a, b, output, pool: nil) { power($0, $1) }
        case .minimum: broadcast.run(a, b, output, pool: nil) { Swift.min($0, $1) }
        case .maximum: broadcast.run(a, b, output, pool: nil) { Swift.max($0, $1) }
        }
    }

    /// Wraps around on overflow. A negative exponent gives the fraction cut to an integer.
    private static func power<Integer: FixedWidthInteger & SignedInteger>(
        _ base: Integer, _ exponent: Integer
    ) -> Integer {
        if exponent < 0 {
            if base == 1 { return 1 }
            return base == -1 ? (exponent & 1 == 0 ? 1 : -1) : 0
        }
        var (result, square, rest) = (Integer(1), base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result = result &* square }
            square = square &* square
            rest >>= 1
        }
        return result
    }
}

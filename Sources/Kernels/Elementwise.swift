/// A function of two elements.
package enum BinaryOperation: Sendable, Hashable, CaseIterable {
    case add, subtract, multiply, divide, power, minimum, maximum
}

/// Operators that treat every element alike.
package enum Elementwise {
    /// `output` may be the input.
    package static func apply(
        _ operation: UnaryOperation, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
        count: Int, pool: WorkerPool, table: KernelTable = .current
    ) { fatalError("to come") }

    /// `output` may be an operand that has the output's shape.
    package static func apply(
        _ operation: BinaryOperation, _ broadcast: Broadcast, _ a: UnsafePointer<Float>,
        _ b: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) { fatalError("to come") }

    /// Integers wrap around on overflow and divide towards zero; a power below 0 is 0 unless the base is 1 or -1.
    ///
    /// Throws `divisionByZero`.
    package static func apply<Integer: FixedWidthInteger & SignedInteger>(
        _ operation: BinaryOperation, _ broadcast: Broadcast, _ a: UnsafePointer<Integer>,
        _ b: UnsafePointer<Integer>, _ output: UnsafeMutablePointer<Integer>
    ) throws(KernelError) { fatalError("to come") }

    /// ONNX `PRelu`: `x` where it is above 0, else `x` times its slope. The broadcast is of input and slope, and its
    /// output has the input's shape. `output` may be the input.
    package static func prelu(
        _ broadcast: Broadcast, input: UnsafePointer<Float>, slope: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) { fatalError("to come") }
}

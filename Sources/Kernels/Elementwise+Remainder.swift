import Foundation

/// ONNX `Mod`.
extension Elementwise {
    /// The remainder with the dividend's sign, as C's `fmod`. `output` may be an operand that has the
    /// output's shape.
    package static func remainder(
        _ broadcast: Broadcast, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        broadcast.run(a, b, output, pool: pool) { Foundation.fmod($0, $1) }
    }

    /// The remainder with the divisor's sign where `isFloored`, else with the dividend's. `output` may be an
    /// operand that has the output's shape.
    ///
    /// Throws `divisionByZero`, before anything is written.
    package static func remainder<Integer: FixedWidthInteger>(
        _ broadcast: Broadcast, isFloored: Bool, _ a: UnsafePointer<Integer>, _ b: UnsafePointer<Integer>,
        _ output: UnsafeMutablePointer<Integer>
    ) throws(KernelError) {
        guard broadcast.count > 0 else { return }
        if UnsafeBufferPointer(start: b, count: broadcast.countB).contains(0) { throw .divisionByZero }
        broadcast.run(a, b, output, pool: nil) { dividend, divisor in
            // The quotient of the least integer and -1 overflows; the remainder is 0.
            let rest = dividend.remainderReportingOverflow(dividingBy: divisor).partialValue
            return isFloored && rest != 0 && (rest < 0) != (divisor < 0) ? rest &+ divisor : rest
        }
    }
}

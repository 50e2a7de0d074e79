/// A comparison of two elements.
package enum ComparisonOperation: Sendable, Hashable, CaseIterable {
    case equal, less, lessOrEqual, greater, greaterOrEqual
}

/// A function of two truth values.
package enum LogicalOperation: Sendable, Hashable, CaseIterable {
    case and, or, exclusiveOr
}

/// Operators whose results or operands are truth values: bytes of 0 and 1.
extension Elementwise {
    /// NaN compares as IEEE 754 has it. `output` is apart from the operands.
    package static func compare<Element: Comparable>(
        _ operation: ComparisonOperation, _ broadcast: Broadcast, _ a: UnsafePointer<Element>,
        _ b: UnsafePointer<Element>, _ output: UnsafeMutablePointer<UInt8>, pool: WorkerPool
    ) {
        switch operation {
        case .equal: broadcast.run(a, b, output, pool: pool) { $0 == $1 ? 1 : 0 }
        case .less: broadcast.run(a, b, output, pool: pool) { $0 < $1 ? 1 : 0 }
        case .lessOrEqual: broadcast.run(a, b, output, pool: pool) { $0 <= $1 ? 1 : 0 }
        case .greater: broadcast.run(a, b, output, pool: pool) { $0 > $1 ? 1 : 0 }
        case .greaterOrEqual: broadcast.run(a, b, output, pool: pool) { $0 >= $1 ? 1 : 0 }
        }
    }

    /// `output` may be an operand that has the output's shape.
    package static func apply(
        _ operation: LogicalOperation, _ broadcast: Broadcast, _ a: UnsafePointer<UInt8>,
        _ b: UnsafePointer<UInt8>, _ output: UnsafeMutablePointer<UInt8>, pool: WorkerPool
    ) {
        switch operation {
        case .and: broadcast.run(a, b, output, pool: pool) { $0 & $1 }
        case .or: broadcast.run(a, b, output, pool: pool) { $0 | $1 }
        case .exclusiveOr: broadcast.run(a, b, output, pool: pool) { $0 ^ $1 }
        }
    }

    /// Each element of `a` where the condition is not 0, else that of `b`; all of one shape, elements of 1,
    /// 2, 4 or 8 bytes. `output` may be `a` or `b`.
    package static func select(
        _ type: ElementType, condition: UnsafePointer<UInt8>, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer,
        _ output: UnsafeMutableRawPointer, count: Int, pool: WorkerPool
    ) {
        switch type.byteCount {
        case 1: select(UInt8.self, condition, a, b, output, count, pool)
        case 2: select(UInt16.self, condition, a, b, output, count, pool)
        case 4: select(UInt32.self, condition, a, b, output, count, pool)
        default: select(UInt64.self, condition, a, b, output, count, pool)
        }
    }

    private static func select<Element>(
        _ type: Element.Type, _ condition: UnsafePointer<UInt8>, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer,
        _ output: UnsafeMutableRawPointer, _ count: Int, _ pool: WorkerPool
    ) {
        let (x, y) = (a.assumingMemoryBound(to: type), b.assumingMemoryBound(to: type))
        let target = output.assumingMemoryBound(to: type)
        pool.runRanges(count, grain: Broadcast.grain) { range in
            for index in range { target[index] = condition[index] != 0 ? x[index] : y[index] }
        }
    }
}

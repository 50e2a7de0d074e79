internal import Kernels

/// An input of indices, int64 or int32: kernels read the former, which the latter become in scratch memory.
struct IndexInput: Sendable {
    private let position: Int
    private let type: TensorType

    init(_ operands: Operands, _ position: Int, _ name: String) throws(Refusal) {
        let operand = try operands.required(position, name)
        guard [.int64, .int32].contains(operand.elementType) else {
            throw Refusal(name, "element type \(operand.elementType) is not supported")
        }
        (self.position, type) = (position, operand.type)
    }

    var shape: [Int] { type.shape }

    /// Bytes of scratch memory that `list` takes; a size that cannot be counted is over every limit.
    var scratchBytes: Int {
        guard type.elementType == .int32 else { return 0 }
        let (bytes, overflow) = type.count.multipliedReportingOverflow(by: MemoryLayout<Int64>.stride)
        return overflow ? .max : bytes
    }

    /// The indices in a run, whose scratch memory begins with those bytes.
    func list(_ context: StepContext) -> UnsafeBufferPointer<Int64> {
        var indices = context.input(position)
        if type.elementType == .int32, let scratch = context.scratch {
            Cast.run(
                input: indices, from: .int32, output: scratch, to: .int64, count: type.count,
                pool: context.pool)
            indices = UnsafeRawPointer(scratch)
        }
        return UnsafeBufferPointer(start: indices.assumingMemoryBound(to: Int64.self), count: type.count)
    }
}

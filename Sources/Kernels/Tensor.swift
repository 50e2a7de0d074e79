/// A contiguous, row-major array of numbers, immutable once made; its first byte is 64-byte aligned.
///
/// Copies share their memory. A tensor of no dimensions is a scalar and holds one element.
package struct Tensor: Sendable {
    package let shape: [Int]
    package let elementType: ElementType

    /// The number of elements: the product of `shape`.
    package let count: Int

    private let storage: AlignedBuffer

    /// A tensor that `fill` writes, all `byteCount` bytes of it. Traps on a shape that is no size; what comes
    /// from outside goes through `byteCount(shape:elementType:)` first.
    ///
    /// With a `buffer`, of that many bytes or more, they are the tensor's memory: until the tensor and all
    /// that shares its memory are gone nothing else may write there.
    ///
    /// `fill` may not throw: one that may and ends by clearing memory is miscompiled
    /// (docs/decisions/0004-throwing-functions-that-end-in-memset.md).
    package init(
        shape: [Int], elementType: ElementType, in buffer: AlignedBuffer? = nil,
        fill: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        let byteCount = Tensor.byteCount(shape: shape, elementType: elementType)
        guard let byteCount else { preconditionFailure("\(shape) is not the shape of a tensor") }
        storage = buffer ?? AlignedBuffer(byteCount: byteCount)
        precondition(storage.byteCount >= byteCount, "\(storage.byteCount) bytes for shape \(shape)")
        self.shape = shape
        self.elementType = elementType
        count = byteCount / elementType.byteCount
        fill(UnsafeMutableRawBufferPointer(start: storage.base, count: byteCount))
        withExtendedLifetime(storage) {}
    }

    /// A tensor of the raw elements in `bytes`, in the machine's byte order. Traps when the sizes differ.
    package init(shape: [Int], elementType: ElementType, bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { Tensor(shape: shape, elementType: elementType, copying: $0) }
    }

    /// A float32 tensor. Traps when the number of elements is not that of the shape.
    package init(shape: [Int], floats: [Float]) {
        self = floats.withUnsafeBytes { Tensor(shape: shape, elementType: .float32, copying: $0) }
    }

    /// An int64 tensor. Traps when the number of elements is not that of the shape.
    package init(shape: [Int], int64s: [Int64]) {
        self = int64s.withUnsafeBytes { Tensor(shape: shape, elementType: .int64, copying: $0) }
    }

    /// A copy of raw elements in the machine's byte order. Traps when the sizes differ.
    package init(shape: [Int], elementType: ElementType, copying bytes: UnsafeRawBufferPointer) {
        self.init(shape: shape, elementType: elementType) { target in
            precondition(target.count == bytes.count, "\(bytes.count) bytes for shape \(shape)")
            target.copyMemory(from: bytes)
        }
    }

    private init(shape: [Int], elementType: ElementType, count: Int, storage: AlignedBuffer) {
        (self.shape, self.elementType, self.count, self.storage) = (shape, elementType, count, storage)
    }
}

extension Tensor {
    /// Bytes the elements of such a tensor take, or nil where a dimension is negative or the product
    /// overflows.
    ///
    /// Axes of no elements count as 1 in the check, so that no product of some of the axes overflows either.
    package static func byteCount(shape: [Int], elementType: ElementType) -> Int? {
        var product = elementType.byteCount
        for extent in shape {
            guard extent >= 0 else { return nil }
            let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
            guard !overflow else { return nil }
            product = next
        }
        return shape.contains(0) ? 0 : product
    }

    /// The bytes of all elements.
    package var byteCount: Int { count * elementType.byteCount }

    /// The same elements under another shape of as many; the memory is shared.
    package func reshaped(_ shape: [Int]) -> Tensor {
        precondition(
            Tensor.byteCount(shape: shape, elementType: elementType) == byteCount,
            "\(self.shape) cannot become \(shape)")
        return Tensor(shape: shape, elementType: elementType, count: count, storage: storage)
    }

    /// Lends the raw elements to `body`, which must not let the pointer out.
    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(storage) {
            try body(UnsafeRawBufferPointer(start: storage.base, count: byteCount))
        }
    }

    /// Lends the elements of a float32 tensor to `body`. Traps on any other element type.
    package func withFloats<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
        precondition(elementType == .float32, "a tensor of \(elementType) has no floats")
        return try withBytes { try body($0.bindMemory(to: Float.self)) }
    }

    /// A copy of the elements of a float32 tensor. Traps on any other element type.
    package var floats: [Float] { withFloats { Array($0) } }

    /// A copy of the elements of an int64 tensor. Traps on any other element type.
    package var int64s: [Int64] {
        precondition(elementType == .int64, "a tensor of \(elementType) has no int64s")
        return withBytes { Array($0.bindMemory(to: Int64.self)) }
    }
}

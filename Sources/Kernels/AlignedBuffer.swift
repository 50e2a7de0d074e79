/// Memory of fixed size, aligned to 64 bytes: a cache line, and the widest vector register.
///
/// Safe to share because the address never changes and the memory lives as long as the object; who writes
/// what and when is the owner's to order, as with any memory behind a pointer.
package final class AlignedBuffer: @unchecked Sendable {
    /// Bytes every buffer's address is a multiple of.
    package static let alignment = 64

    package let byteCount: Int

    /// The first byte; valid, though not to be dereferenced, for a buffer of no bytes too.
    package let base: UnsafeMutableRawPointer

    /// Uninitialised memory. Traps when the system has none: sizes from outside are checked before.
    package init(byteCount: Int) {
        precondition(byteCount >= 0, "a buffer of \(byteCount) bytes")
        self.byteCount = byteCount
        base = .allocate(byteCount: max(byteCount, 1), alignment: AlignedBuffer.alignment)
    }

    /// A copy of `values`.
    package convenience init(copying values: UnsafeBufferPointer<Float>) {
        self.init(byteCount: values.count * MemoryLayout<Float>.stride)
        if let source = values.baseAddress { base.copyMemory(from: source, byteCount: byteCount) }
    }

    deinit { base.deallocate() }

    /// The memory as float32 elements.
    package var floats: UnsafeMutablePointer<Float> { base.assumingMemoryBound(to: Float.self) }
}

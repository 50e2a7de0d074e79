#if os(Linux)
    import Glibc
#endif

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

    /// The same for what is read from end to end in every run, such as weights: large pages of the system
    /// spare the CPU the search for their addresses. Smaller ones are as any other buffer.
    package convenience init(largeByteCount byteCount: Int) {
        let page = AlignedBuffer.largePage
        guard byteCount >= 2 * page else {
            self.init(byteCount: byteCount)
            return
        }
        self.init(byteCount: (byteCount + page - 1) / page * page, alignment: page)
        #if os(Linux)
            // Advice: where the system has no such pages, nothing changes.
            madvise(base, self.byteCount, MADV_HUGEPAGE)
        #endif
    }

    private static let largePage = 2 << 20

    private init(byteCount: Int, alignment: Int) {
        self.byteCount = byteCount
        base = .allocate(byteCount: byteCount, alignment: alignment)
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

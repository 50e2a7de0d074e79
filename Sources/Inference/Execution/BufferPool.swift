package import Kernels
internal import Locks

/// Memory that runs take and give back: a few buffers are kept for the next runs, as the system clears every
/// page of memory that it hands out anew.
package final class BufferPool: Sendable {
    private let limit: Int
    private let idle = Locked<[AlignedBuffer]>([])

    /// A pool that keeps `limit` buffers at most.
    package init(limit: Int) { self.limit = limit }

    /// A buffer of at least `byteCount` bytes for this run alone; what is in it is left over from another.
    package func take(atLeast byteCount: Int) -> AlignedBuffer {
        let kept = idle.withLock { idle in
            idle.firstIndex { $0.byteCount >= byteCount }.map { idle.remove(at: $0) }
        }
        return kept ?? AlignedBuffer(largeByteCount: byteCount)
    }

    /// Gives a buffer back. Beyond the limit the smallest is freed, so that those stay that fit any run.
    package func give(_ buffer: AlignedBuffer) {
        idle.withLock { idle in
            let place = idle.firstIndex { $0.byteCount > buffer.byteCount } ?? idle.count
            idle.insert(buffer, at: place)
            if idle.count > limit { idle.removeFirst() }
        }
    }
}

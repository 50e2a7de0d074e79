internal import Kernels
internal import Locks

/// Arenas of one plan: one for each run that is going on, and a few kept for the next.
final class ArenaPool: Sendable {
    private let byteCount: Int
    private let limit: Int
    private let idle = Locked<[AlignedBuffer]>([])

    init(byteCount: Int, limit: Int) { (self.byteCount, self.limit) = (byteCount, limit) }

    /// An arena for this run alone.
    func take() -> AlignedBuffer {
        idle.withLock { $0.popLast() } ?? AlignedBuffer(largeByteCount: byteCount)
    }

    /// Gives an arena back; beyond the limit it is freed.
    func give(_ arena: AlignedBuffer) {
        idle.withLock { idle in
            if idle.count < limit { idle.append(arena) }
        }
    }
}

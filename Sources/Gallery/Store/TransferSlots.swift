import Locks

/// How many exports and imports may run at a time.
final class TransferSlots: Sendable {
    /// A place among them, free again when it is let go.
    final class Slot: Sendable {
        private let slots: TransferSlots

        fileprivate init(_ slots: TransferSlots) { self.slots = slots }

        deinit { slots.used.withLock { $0 -= 1 } }
    }

    private let limit: Int
    private let used = Locked(0)

    init(limit: Int) { self.limit = limit }

    /// - Throws: `tooManyTransfers`.
    func take() throws(GalleryError) -> Slot {
        let isFree = used.withLock { used in
            guard used < limit else { return false }
            used += 1
            return true
        }
        guard isFree else { throw .tooManyTransfers(limit: limit) }
        return Slot(self)
    }
}

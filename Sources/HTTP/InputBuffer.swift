/// Bytes that arrived and were not used yet. Appending and consuming cost amortised O(1) a byte.
struct InputBuffer {
    private(set) var bytes: [UInt8] = []
    /// Index in `bytes` of the first unused byte.
    private(set) var start = 0

    /// Capacity that an empty buffer keeps: an idle connection must not hold on to a large one.
    private static let keptCapacity = 4096

    var count: Int { bytes.count - start }
    var end: Int { bytes.count }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        if start > 0 && start >= bytes.count / 2 { compact() }
        bytes.append(contentsOf: more)
    }

    /// Marks everything before the absolute index `index` as used. When that empties the buffer, indices
    /// start at 0 again.
    mutating func consume(to index: Int) {
        start = index
        guard start == bytes.count else { return }
        if bytes.capacity > Self.keptCapacity { bytes = [] } else { bytes.removeAll(keepingCapacity: true) }
        start = 0
    }

    /// Takes up to `limit` bytes out. All of a full buffer is moved, not copied.
    mutating func take(upTo limit: Int) -> [UInt8] {
        if start == 0 && bytes.count <= limit {
            defer { bytes = [] }
            return bytes
        }
        let taken = Array(bytes[start..<(start + min(limit, count))])
        consume(to: start + taken.count)
        return taken
    }

    private mutating func compact() {
        bytes.removeSubrange(..<start)
        start = 0
    }
}

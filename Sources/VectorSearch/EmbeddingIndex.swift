package import Kernels
import Locks

/// Exact search over embeddings in memory, by inner product: every vector is looked at.
///
/// A search costs O(count x dimension), bound by memory. It takes the lock only to begin and to end, so
/// writers and other searches go on meanwhile; it sees the index as it was when it began.
package final class EmbeddingIndex: Sendable {
    /// A face to be held.
    package struct Entry: Sendable {
        package var key: Int64
        package var owner: Int64
        package var vector: [Float]

        package init(key: Int64, owner: Int64, vector: [Float]) {
            (self.key, self.owner, self.vector) = (key, owner, vector)
        }
    }

    /// Elements of a vector.
    package let dimension: Int

    let stride: Int
    let pool: WorkerPool
    let table: KernelTable
    private let store: Locked<EmbeddingStore>

    /// An empty index of vectors with `dimension` elements; a search takes up to `threads` threads.
    package convenience init(dimension: Int, threads: Int = 1) {
        self.init(dimension: dimension, pool: WorkerPool(threads: threads))
    }

    /// An empty index whose searches share `pool` with others; one that finds it taken runs alone.
    package init(dimension: Int, pool: WorkerPool, table: KernelTable = .current) {
        precondition(dimension > 0, "vectors of \(dimension) elements")
        self.dimension = dimension
        self.pool = pool
        self.table = table
        stride = InnerProduct.paddedCount(dimension)
        store = Locked(EmbeddingStore(stride: stride))
    }

    /// The number of faces held.
    package var count: Int { store.withLock { $0.count } }

    /// Bytes of memory a face takes: its row, key and owner, and its share of the table from keys to rows,
    /// which is at most three quarters full of 17 bytes a place.
    package var bytesPerFace: Int {
        stride * MemoryLayout<Float>.stride + 2 * MemoryLayout<Int64>.stride + 23
    }

    package func contains(key: Int64) -> Bool { store.withLock { $0.contains(key) } }

    /// A copy of the vector; nil when the key is not in the index.
    package func vector(of key: Int64) -> [Float]? {
        store.withLock { store in
            store.place(of: key).map { place in
                Array(UnsafeBufferPointer(start: place.block.row(place.row), count: dimension))
            }
        }
    }

    /// Whose face it is; nil when the key is not in the index.
    package func owner(of key: Int64) -> Int64? {
        store.withLock { store in store.place(of: key).map { $0.block.owners[$0.row] } }
    }

    // MARK: Changes

    /// Amortised O(dimension). Throws when the vector is of another dimension or not finite, or the key is
    /// there.
    package func insert(key: Int64, owner: Int64, vector: [Float]) throws(VectorSearchError) {
        try insert([Entry(key: key, owner: owner, vector: vector)])
    }

    /// Inserts all or, when it throws, none. The lock is given back between slices of a thousand, so that a
    /// long batch holds up nobody; a search meanwhile may see a part of it.
    package func insert(_ entries: [Entry]) throws(VectorSearchError) {
        for entry in entries { try check(entry.vector) }
        let slice = 1_000
        for start in Swift.stride(from: 0, to: entries.count, by: slice) {
            let part = entries[start..<min(start + slice, entries.count)]
            if let taken = store.withLock({ EmbeddingIndex.append(part, to: &$0) }) {
                remove(keys: entries[..<start].map(\.key))
                throw .keyExists(taken)
            }
        }
    }

    /// Appends all, or none and answers the first key that is there already or comes twice.
    private static func append(_ entries: ArraySlice<Entry>, to store: inout EmbeddingStore) -> Int64? {
        var keys = Set<Int64>(minimumCapacity: entries.count)
        for entry in entries where !keys.insert(entry.key).inserted || store.contains(entry.key) {
            return entry.key
        }
        for entry in entries { store.append(key: entry.key, owner: entry.owner, vector: entry.vector) }
        return nil
    }

    /// O(1), but for the copy of up to two blocks while a search runs. False when the key is not in the
    /// index.
    @discardableResult
    package func remove(key: Int64) -> Bool { store.withLock { $0.remove(key) } }

    /// Removes those that are there at one stroke, so that no search sees a part of it; answers their number.
    @discardableResult
    package func remove(keys: [Int64]) -> Int {
        store.withLock { store in
            var removed = 0
            for key in keys where store.remove(key) { removed += 1 }
            return removed
        }
    }

    /// Gives those that are there to another owner at one stroke: no search sees a part of it.
    package func assign(keys: [Int64], to owner: Int64) {
        store.withLock { store in for key in keys { store.assign(key, to: owner) } }
    }

    // MARK: For searches

    /// Lends the blocks as they are now to `body`.
    func withBlocks<R>(_ body: ([EmbeddingBlock]) -> R) -> R {
        var blocks = store.withLock { $0.beginSearch() }
        // The blocks go while the lock is held, so that the lock and not their reference counts alone orders
        // what was read here before what a writer does to them; the thread sanitizer sees locks only.
        defer {
            store.withLock {
                blocks = []
                $0.endSearch()
            }
        }
        return body(blocks)
    }

    /// Throws `dimensionMismatch` or `notFinite`.
    func check(_ vector: [Float]) throws(VectorSearchError) {
        guard vector.count == dimension else {
            throw .dimensionMismatch(expected: dimension, found: vector.count)
        }
        guard vector.allSatisfy(\.isFinite) else { throw .notFinite }
    }
}

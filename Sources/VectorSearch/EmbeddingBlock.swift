import Kernels

/// Some rows of the index: vectors, one after another, and whose they are.
///
/// Unchecked because it is mutable: `EmbeddingStore` writes a block only while it is held by the writer's
/// lock and no search that may read it runs; a block that a search may read is copied first.
final class EmbeddingBlock: @unchecked Sendable {
    /// Elements from one row to the next: the dimension, rounded up to a cache line; zeros at the end.
    let stride: Int
    let capacity: Int

    /// The number of the last search that had begun when the block was made: later ones may read it.
    let bornAt: Int

    private(set) var count = 0
    private(set) var keys: [Int64] = []
    private(set) var owners: [Int64] = []
    private let vectors: AlignedBuffer

    init(stride: Int, capacity: Int, bornAt: Int) {
        (self.stride, self.capacity, self.bornAt) = (stride, capacity, bornAt)
        vectors = AlignedBuffer(byteCount: capacity * stride * MemoryLayout<Float>.stride)
        keys.reserveCapacity(capacity)
        owners.reserveCapacity(capacity)
    }

    /// A copy with room for `capacity` rows.
    init(copying other: EmbeddingBlock, capacity: Int, bornAt: Int) {
        (stride, self.capacity, self.bornAt) = (other.stride, capacity, bornAt)
        vectors = AlignedBuffer(byteCount: capacity * stride * MemoryLayout<Float>.stride)
        vectors.floats.update(from: other.vectors.floats, count: other.count * stride)
        (count, keys, owners) = (other.count, other.keys, other.owners)
        keys.reserveCapacity(capacity)
        owners.reserveCapacity(capacity)
    }

    /// The vector of a row: `stride` elements.
    func row(_ index: Int) -> UnsafePointer<Float> { UnsafePointer(vectors.floats + index * stride) }

    func append(key: Int64, owner: Int64, vector: [Float]) {
        precondition(count < capacity && vector.count <= stride)
        let target = vectors.floats + count * stride
        for (index, value) in vector.enumerated() { target[index] = value }
        (target + vector.count).update(repeating: 0, count: stride - vector.count)
        keys.append(key)
        owners.append(owner)
        count += 1
    }

    /// Overwrites row `index` with a row of another block, or of this.
    func replace(_ index: Int, with other: EmbeddingBlock, row: Int) {
        keys[index] = other.keys[row]
        owners[index] = other.owners[row]
        (vectors.floats + index * stride).update(from: other.row(row), count: stride)
    }

    func assign(_ index: Int, to owner: Int64) { owners[index] = owner }

    func removeLast() {
        keys.removeLast()
        owners.removeLast()
        count -= 1
    }
}

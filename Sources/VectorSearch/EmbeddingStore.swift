/// The rows of the index in blocks, what the index's lock guards.
///
/// Rows are numbered without a gap: every block but the last is full. A search takes the array of blocks and
/// reads them without the lock; until it is over, blocks that it may read are copied before they are changed.
struct EmbeddingStore: Sendable {
    /// Rows of a full block; at 512 elements 1 MiB, so that copying one for a writer costs some 100
    /// microseconds.
    static let blockRows = 512
    private static let firstRows = 16

    let stride: Int
    private(set) var blocks: [EmbeddingBlock] = []
    private(set) var count = 0

    private var rows: [Int64: Int] = [:]
    private var searches = 0
    private var running = 0

    init(stride: Int) { self.stride = stride }

    /// Where the face is; nil when it is not in the index.
    func place(of key: Int64) -> (block: EmbeddingBlock, row: Int)? {
        rows[key].map { (blocks[$0 / EmbeddingStore.blockRows], $0 % EmbeddingStore.blockRows) }
    }

    func contains(_ key: Int64) -> Bool { rows[key] != nil }

    // MARK: Searches

    /// What a search reads: the blocks as they are now. `endSearch` must follow.
    mutating func beginSearch() -> [EmbeddingBlock] {
        searches += 1
        running += 1
        return blocks
    }

    mutating func endSearch() { running -= 1 }

    // MARK: Changes

    /// Amortised O(1), of `stride` elements. The key is not in the index yet.
    mutating func append(key: Int64, owner: Int64, vector: [Float]) {
        let block = blockWithRoom()
        block.append(key: key, owner: owner, vector: vector)
        rows[key] = count
        count += 1
    }

    /// O(1): the last row takes the place of the one that goes.
    mutating func remove(_ key: Int64) -> Bool {
        guard let row = rows.removeValue(forKey: key) else { return false }
        let last = writable(blocks.count - 1)
        if row != count - 1 {
            let block = writable(row / EmbeddingStore.blockRows)
            block.replace(row % EmbeddingStore.blockRows, with: last, row: last.count - 1)
            rows[last.keys[last.count - 1]] = row
        }
        last.removeLast()
        count -= 1
        if last.count == 0 { blocks.removeLast() }
        return true
    }

    /// O(1), but for the copy of a block while a search runs. Nothing where the key is not in the index.
    mutating func assign(_ key: Int64, to owner: Int64) {
        guard let row = rows[key] else { return }
        writable(row / EmbeddingStore.blockRows).assign(row % EmbeddingStore.blockRows, to: owner)
    }

    /// The last block, or a new one where it is full; the first grows by doubling, for most galleries are
    /// small.
    private mutating func blockWithRoom() -> EmbeddingBlock {
        guard let last = blocks.last, last.count < EmbeddingStore.blockRows else {
            let capacity = blocks.isEmpty ? EmbeddingStore.firstRows : EmbeddingStore.blockRows
            blocks.append(EmbeddingBlock(stride: stride, capacity: capacity, bornAt: searches))
            return blocks[blocks.count - 1]
        }
        guard last.count == last.capacity else { return writable(blocks.count - 1) }
        let capacity = min(2 * last.capacity, EmbeddingStore.blockRows)
        let larger = EmbeddingBlock(copying: last, capacity: capacity, bornAt: searches)
        blocks[blocks.count - 1] = larger
        return larger
    }

    /// The block, or a copy that took its place when a search may be reading it.
    private mutating func writable(_ index: Int) -> EmbeddingBlock {
        let block = blocks[index]
        guard running > 0, block.bornAt < searches else { return block }
        let copy = EmbeddingBlock(copying: block, capacity: block.capacity, bornAt: searches)
        blocks[index] = copy
        return copy
    }
}

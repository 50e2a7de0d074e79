/// Places blocks of memory in one arena so that blocks alive at the same time never overlap.
///
/// Blocks are taken in order of their first use; each gets the smallest gap that holds it, or the arena
/// grows. Cost is linear in blocks times gaps, and there are no more gaps than blocks alive at once.
package struct MemoryPlanner {
    /// A block that is alive from step `first` to step `last`, both included.
    package struct Block: Sendable, Hashable {
        package var bytes: Int
        package var first: Int
        package var last: Int

        package init(bytes: Int, first: Int, last: Int) {
            (self.bytes, self.first, self.last) = (bytes, first, last)
        }
    }

    /// Where the blocks lie.
    package struct Layout: Sendable, Hashable {
        /// Offset of each block, in the order given, a multiple of `alignment`.
        package var offsets: [Int]
        /// Bytes of the whole arena.
        package var byteCount: Int
    }

    /// Every block begins on a cache line, as kernels may count on.
    package static let alignment = 64

    private var gaps: [Range<Int>] = []
    private var end = 0
    private var highest = 0

    /// Lays out `blocks`, or nil where the arena's size would overflow.
    package static func layout(_ blocks: [Block]) -> Layout? {
        guard blocks.allSatisfy({ $0.bytes <= Int.max - alignment }) else { return nil }
        var planner = MemoryPlanner()
        var offsets = [Int](repeating: 0, count: blocks.count)
        let starting = blocks.indices.sorted { (blocks[$0].first, $0) < (blocks[$1].first, $1) }
        let ending = blocks.indices.sorted { (blocks[$0].last, $0) < (blocks[$1].last, $1) }
        var nextEnding = 0
        for block in starting {
            while nextEnding < ending.count, blocks[ending[nextEnding]].last < blocks[block].first {
                let ended = ending[nextEnding]
                planner.free(offsets[ended]..<(offsets[ended] + rounded(blocks[ended].bytes)))
                nextEnding += 1
            }
            guard let offset = planner.take(rounded(blocks[block].bytes)) else { return nil }
            offsets[block] = offset
        }
        return Layout(offsets: offsets, byteCount: planner.highest)
    }

    private static func rounded(_ bytes: Int) -> Int { (bytes + alignment - 1) / alignment * alignment }

    private mutating func take(_ bytes: Int) -> Int? {
        guard bytes > 0 else { return 0 }
        let fitting = gaps.indices.filter { gaps[$0].count >= bytes }.min { gaps[$0].count < gaps[$1].count }
        if let index = fitting {
            let start = gaps[index].lowerBound
            gaps[index] = (start + bytes)..<gaps[index].upperBound
            if gaps[index].isEmpty { gaps.remove(at: index) }
            return start
        }
        // A gap at the end is grown rather than left behind.
        let start = gaps.last.map { $0.upperBound == end ? $0.lowerBound : end } ?? end
        let (newEnd, overflow) = start.addingReportingOverflow(bytes)
        guard !overflow else { return nil }
        if start < end { gaps.removeLast() }
        end = newEnd
        highest = max(highest, end)
        return start
    }

    /// Gives a range back and joins it with the gaps beside it.
    private mutating func free(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let index = gaps.firstIndex { $0.lowerBound >= range.upperBound } ?? gaps.count
        var joined = range
        var replaced = index..<index
        if index < gaps.count, gaps[index].lowerBound == range.upperBound {
            joined = joined.lowerBound..<gaps[index].upperBound
            replaced = index..<(index + 1)
        }
        if index > 0, gaps[index - 1].upperBound == range.lowerBound {
            joined = gaps[index - 1].lowerBound..<joined.upperBound
            replaced = (index - 1)..<replaced.upperBound
        }
        gaps.replaceSubrange(replaced, with: [joined])
    }
}

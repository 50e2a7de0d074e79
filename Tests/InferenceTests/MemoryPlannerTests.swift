import Inference
import TestKit
import Testing

@Suite struct MemoryPlannerTests {
    private typealias Block = MemoryPlanner.Block

    @Test func `blocks that are not alive together share memory`() throws {
        let blocks = [
            Block(bytes: 100, first: 0, last: 1), Block(bytes: 100, first: 1, last: 2),
            Block(bytes: 100, first: 2, last: 3),
        ]
        let layout = try #require(MemoryPlanner.layout(blocks))
        #expect(layout.offsets == [0, 128, 0] && layout.byteCount == 256)
    }

    @Test func `a block alive at the step another ends at is apart from it`() throws {
        let layout = try #require(
            MemoryPlanner.layout([Block(bytes: 64, first: 0, last: 5), Block(bytes: 64, first: 5, last: 6)]))
        #expect(layout.byteCount == 128)
    }

    @Test func `the smallest gap that fits is taken`() throws {
        let blocks = [
            Block(bytes: 640, first: 0, last: 0), Block(bytes: 64, first: 0, last: 9),
            Block(bytes: 128, first: 0, last: 0), Block(bytes: 64, first: 0, last: 9),
            Block(bytes: 128, first: 1, last: 9),
        ]
        let layout = try #require(MemoryPlanner.layout(blocks))
        #expect(layout.offsets[4] == layout.offsets[2])
    }

    @Test func `neighbouring gaps are joined`() throws {
        let blocks = [
            Block(bytes: 64, first: 0, last: 0), Block(bytes: 64, first: 0, last: 1),
            Block(bytes: 64, first: 0, last: 2), Block(bytes: 64, first: 0, last: 9),
            Block(bytes: 192, first: 3, last: 9),
        ]
        let layout = try #require(MemoryPlanner.layout(blocks))
        #expect(layout.offsets[4] == 0 && layout.byteCount == 256)
    }

    @Test func `nothing takes no memory`() {
        #expect(MemoryPlanner.layout([])?.byteCount == 0)
        #expect(MemoryPlanner.layout([Block(bytes: 0, first: 0, last: 3)])?.byteCount == 0)
    }

    @Test func `sizes that overflow are refused`() {
        let huge = Block(bytes: .max / 2 + 1, first: 0, last: 1)
        #expect(MemoryPlanner.layout([huge, huge]) == nil)
        #expect(MemoryPlanner.layout([Block(bytes: .max, first: 0, last: 0)]) == nil)
    }

    @Test(arguments: UInt64(0)..<40) func `live blocks never overlap`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let blocks = (0..<80).map { _ in
            let first = Int.random(in: 0..<30, using: &generator)
            return Block(
                bytes: Int.random(in: 0...2000, using: &generator), first: first,
                last: first + Int.random(in: 0..<12, using: &generator))
        }
        let layout = try #require(MemoryPlanner.layout(blocks))
        for a in blocks.indices {
            #expect(layout.offsets[a] % MemoryPlanner.alignment == 0)
            #expect(layout.offsets[a] + blocks[a].bytes <= layout.byteCount)
            for b in 0..<a where blocks[a].first <= blocks[b].last && blocks[b].first <= blocks[a].last {
                let apart =
                    layout.offsets[a] + blocks[a].bytes <= layout.offsets[b]
                    || layout.offsets[b] + blocks[b].bytes <= layout.offsets[a]
                #expect(apart, "blocks \(a) and \(b)")
            }
        }
    }
}

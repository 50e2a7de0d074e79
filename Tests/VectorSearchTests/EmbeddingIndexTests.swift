import Dispatch
import Foundation
import Kernels
import Synchronization
import TestKit
import Testing
import VectorSearch

struct EmbeddingIndexTests {
    typealias Entry = EmbeddingIndex.Entry

    /// Seeded vectors of small multiples of 1/8, whose inner products are exact in float32 and often tie;
    /// every owner has several.
    static func entries(_ count: Int, dimension: Int, owners: Int, seed: UInt64) -> [Entry] {
        var generator = SeededGenerator(seed: seed)
        let keys = (1...count).map { Int64($0) }.shuffled(using: &generator)
        return keys.map { key in
            let vector = (0..<dimension).map { _ in Float(Int.random(in: -8...8, using: &generator)) / 8 }
            return Entry(
                key: key, owner: Int64.random(in: 0..<Int64(owners), using: &generator), vector: vector)
        }
    }

    /// All faces by similarity in double.
    static func ranked(_ entries: [Entry], _ probe: [Float]) -> [(entry: Entry, similarity: Double)] {
        entries.map { entry in
            (entry, zip(entry.vector, probe).reduce(0) { $0 + Double($1.0) * Double($1.1) })
        }.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0.key < $1.0.key }
    }

    @Test(arguments: [(1, 1, 8), (3, 20, 33), (17, 5, 512)])
    func `the largest product of two lists is the largest of all pairs`(_ size: (Int, Int, Int)) {
        let (one, other) = (
            Self.entries(size.0, dimension: size.2, owners: 1, seed: 7).map(\.vector),
            Self.entries(size.1, dimension: size.2, owners: 1, seed: 8).map(\.vector)
        )
        var expected = (first: 0, second: 0, product: -Float.infinity)
        for (first, a) in one.enumerated() {
            for (second, b) in other.enumerated() where InnerProduct.of(a, b) > expected.product {
                expected = (first, second, InnerProduct.of(a, b))
            }
        }
        #expect(InnerProduct.largest(one, other) == expected)
    }

    @Test(arguments: [(1, 8), (15, 16), (513, 33), (3_000, 128), (1_100, 512)], [1, 3])
    func `search agrees with a full scan`(size: (Int, Int), threads: Int) throws {
        let (count, dimension) = size
        let entries = Self.entries(count, dimension: dimension, owners: max(1, count / 4), seed: 1)
        let index = EmbeddingIndex(dimension: dimension, threads: threads)
        try index.insert(entries)
        for query in Self.entries(8, dimension: dimension, owners: 1, seed: 2) {
            let all = Self.ranked(entries, query.vector)
            var seen = Set<Int64>()
            let best = all.filter { seen.insert($0.entry.owner).inserted }
            for top in [1, 5, 300, Int.max] {
                let found = try index.search(probe: query.vector, top: top)
                #expect(found.map(\.key) == best.prefix(top).map(\.entry.key))
                #expect(found.map(\.owner) == best.prefix(top).map(\.entry.owner))
                #expect(found.map { Double($0.similarity) } == best.prefix(top).map(\.similarity))
                let nearest = try index.nearest(probe: query.vector, top: top)
                #expect(nearest.map(\.key) == all.prefix(top).map(\.entry.key))
            }
        }
    }

    @Test func `every set of kernels gives the same ranking`() throws {
        let entries = Self.entries(700, dimension: 100, owners: 50, seed: 3)
        let probe = Self.entries(1, dimension: 100, owners: 1, seed: 4)[0].vector
        let rankings = try KernelTable.InstructionSet.available.map { set in
            let index = EmbeddingIndex(
                dimension: 100, pool: WorkerPool(threads: 1), table: KernelTable(instructionSet: set)!)
            try index.insert(entries)
            return try index.search(probe: probe, top: 20).map(\.key)
        }
        #expect(Set(rankings).count == 1)
        #expect(rankings[0].count == 20)
    }

    @Test func `an inner product is to the bit what a search finds, with every set of kernels`() throws {
        var generator = SeededGenerator(seed: 8)
        for set in KernelTable.InstructionSet.available {
            let table = KernelTable(instructionSet: set)!
            for dimension in [1, 15, 16, 17, 100, 128, 512] {
                let index = EmbeddingIndex(
                    dimension: dimension, pool: WorkerPool(threads: 1), table: table)
                let vectors = (0...20).map { _ in
                    (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
                }
                try index.insert(
                    vectors.indices.map { Entry(key: Int64($0), owner: 0, vector: vectors[$0]) })
                for match in try index.nearest(probe: vectors[0], top: 21) {
                    let other = vectors[Int(match.key)]
                    #expect(InnerProduct.of(vectors[0], other, table: table) == match.similarity)
                    #expect(InnerProduct.of(other, vectors[0], table: table) == match.similarity)
                }
            }
        }
    }

    @Test func `equals come in the order of their keys wherever they lie`() throws {
        var generator = SeededGenerator(seed: 5)
        let probe = Self.entries(1, dimension: 48, owners: 1, seed: 6)[0].vector
        var keys = (1...1_300).map { Int64($0) }
        keys.shuffle(using: &generator)
        let index = EmbeddingIndex(dimension: 48, threads: 3)
        try index.insert(keys.map { Entry(key: $0, owner: $0 / 2, vector: probe) })
        #expect(try index.nearest(probe: probe, top: 700).map(\.key) == (1...700).map { Int64($0) })
        let owners = try index.search(probe: probe, top: 4)
        #expect(owners.map(\.key) == [1, 2, 4, 6])
        #expect(owners.map(\.owner) == [0, 1, 2, 3])
    }

    @Test func `what was removed is found no more and the rest still is`() throws {
        var generator = SeededGenerator(seed: 7)
        var held = Self.entries(1_500, dimension: 24, owners: 100, seed: 8)
        let index = EmbeddingIndex(dimension: 24)
        try index.insert(held)
        let probe = Self.entries(1, dimension: 24, owners: 1, seed: 9)[0].vector
        while !held.isEmpty {
            for _ in 0..<min(held.count, 130) {
                let gone = held.remove(at: Int.random(in: 0..<held.count, using: &generator))
                #expect(index.remove(key: gone.key))
                #expect(!index.remove(key: gone.key))
                #expect(!index.contains(key: gone.key) && index.vector(of: gone.key) == nil)
            }
            #expect(index.count == held.count)
            let expected = Self.ranked(held, probe).prefix(40).map(\.entry.key)
            #expect(try index.nearest(probe: probe, top: 40).map(\.key) == Array(expected))
            #expect(held.allSatisfy { index.vector(of: $0.key) == $0.vector })
        }
        #expect(try index.search(probe: probe, top: 3).isEmpty)
        try index.insert(key: 1, owner: 2, vector: probe)
        #expect(try index.search(probe: probe, top: 3).map(\.owner) == [2])
    }

    @Test func `a face that another owns now is found as the other's`() throws {
        let entries = Self.entries(1_200, dimension: 16, owners: 40, seed: 9)
        let index = EmbeddingIndex(dimension: 16)
        try index.insert(entries)
        let owned = Set(entries.filter { $0.owner == 3 }.map(\.key))
        index.assign(keys: owned + [0, 5_000], to: 99)
        #expect(owned.allSatisfy { index.owner(of: $0) == 99 } && index.owner(of: 5_000) == nil)
        for query in Self.entries(4, dimension: 16, owners: 1, seed: 10) {
            var seen = Set<Int64>()
            let best = Self.ranked(entries, query.vector).map { face in
                (key: face.entry.key, owner: owned.contains(face.entry.key) ? 99 : face.entry.owner)
            }.filter { seen.insert($0.owner).inserted }
            let found = try index.search(probe: query.vector, top: .max)
            #expect(found.map(\.key) == best.map(\.key) && found.map(\.owner) == best.map(\.owner))
        }
    }

    @Test func `many keys are removed at a stroke`() throws {
        let entries = Self.entries(40, dimension: 8, owners: 4, seed: 10)
        let index = EmbeddingIndex(dimension: 8)
        try index.insert(entries)
        #expect(index.remove(keys: [1, 2, 3, 3, 99]) == 3)
        #expect(index.count == 37)
    }

    @Test func `vectors that cannot be compared are refused`() throws {
        let index = EmbeddingIndex(dimension: 3)
        #expect(throws: VectorSearchError.dimensionMismatch(expected: 3, found: 2)) {
            try index.insert(key: 1, owner: 1, vector: [1, 0])
        }
        #expect(throws: VectorSearchError.notFinite) {
            try index.insert(key: 1, owner: 1, vector: [1, .nan, 0])
        }
        #expect(throws: VectorSearchError.notFinite) { try index.search(probe: [0, .infinity, 0], top: 1) }
        #expect(throws: VectorSearchError.dimensionMismatch(expected: 3, found: 4)) {
            try index.nearest(probe: [1, 0, 0, 0], top: 1)
        }
        #expect(index.count == 0)
    }

    @Test func `a batch with a key that is taken changes nothing`() throws {
        let index = EmbeddingIndex(dimension: 2)
        try index.insert(key: 3_000, owner: 1, vector: [1, 0])
        let batch = (1...3_500).map { Entry(key: Int64($0), owner: 1, vector: [0, 1]) }
        #expect(throws: VectorSearchError.keyExists(3_000)) { try index.insert(batch) }
        #expect(throws: VectorSearchError.keyExists(9)) {
            try index.insert([9, 8, 9].map { Entry(key: $0, owner: 1, vector: [0, 1]) })
        }
        #expect(index.count == 1 && index.contains(key: 3_000))
        #expect(try index.nearest(probe: [0, 1], top: 10).map(\.key) == [3_000])
    }

    @Test func `asking for nobody or of nobody finds nobody`() throws {
        let index = EmbeddingIndex(dimension: 2)
        #expect(try index.search(probe: [1, 0], top: 5).isEmpty)
        try index.insert(key: 1, owner: 1, vector: [1, 0])
        #expect(try index.search(probe: [1, 0], top: 0).isEmpty)
        #expect(try index.nearest(probe: [1, 0], top: -1).isEmpty)
    }

    /// A fixed set of faces, all alike, is always there; a writer adds and removes others that are less
    /// alike. Every search must find just the fixed ones on top, none lost while rows are moved.
    @Test func `searches lose nothing while a writer works`() throws {
        let fixed = (0..<700).map { Entry(key: Int64($0), owner: Int64($0), vector: [1, 0, 0, 0]) }
        let moving = (0..<900).map { Entry(key: Int64(10_000 + $0), owner: -1, vector: [0.5, 0.5, 0, 0]) }
        let index = EmbeddingIndex(dimension: 4, threads: 2)
        // Removing the moving half moves fixed rows about.
        for (a, b) in zip(moving, fixed) { try index.insert([a, b]) }
        let wrong = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 3) { role in
            if role == 0 {
                for _ in 0..<6 {
                    for entry in moving { index.remove(key: entry.key) }
                    do { try index.insert(moving) } catch { wrong.wrappingAdd(1_000, ordering: .relaxed) }
                }
            } else {
                for _ in 0..<60 {
                    let found = try? index.nearest(probe: [1, 0, 0, 0], top: 700).map(\.key)
                    if found != fixed.map(\.key) { wrong.wrappingAdd(1, ordering: .relaxed) }
                }
            }
        }
        #expect(wrong.load(ordering: .relaxed) == 0)
        #expect(index.count == 1_600)
    }

    @Test func `a face of 512 elements takes little more than its vector`() {
        let index = EmbeddingIndex(dimension: 512)
        #expect((2_048...2_112).contains(index.bytesPerFace))
    }
}

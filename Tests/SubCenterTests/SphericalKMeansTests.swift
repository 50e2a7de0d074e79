import SubCenter
import TestKit
import Testing

@Suite struct SphericalKMeansTests {
    private func set(_ vectors: [[Float]]) -> VectorSet {
        var set = VectorSet(dimension: vectors[0].count)
        for vector in vectors { set.append(vector) }
        return set
    }

    private func centers(_ samples: VectorSet, count: Int, seed: UInt64 = 1) throws -> [[Float]] {
        let found = try SphericalKMeans().subCenters(
            of: "x", samples: samples, count: count, seed: seed, isCancelled: { false })
        return (0..<found.count).map { Array(found[$0]) }
    }

    @Test func `three tight bunches give their three means`() throws {
        let angles = [0.0, 2, 4, 90, 92, 200, 206]
        let found = try centers(set(angles.map { SyntheticGallery.planar($0) }), count: 3)
        let expected = [2.0, 91, 203].map { SyntheticGallery.planar($0) }
        #expect(found.count == 3)
        for (center, mean) in zip(found, expected) {
            let difference = try #require(TensorDifference(center, expected: mean))
            #expect(difference.maximum < 1e-5, "\(difference)")
        }
    }

    @Test func `a sample pair that cancels out keeps its center on the sphere`() throws {
        let found = try centers(set([0, 180].map { SyntheticGallery.planar($0) }), count: 1)
        #expect(found == [SyntheticGallery.planar(0)] || found == [SyntheticGallery.planar(180)])
    }

    @Test func `identical samples give one center however many are asked for`() throws {
        let found = try centers(set([[Float]](repeating: [1, 0, 0], count: 5)), count: 4)
        #expect(found == [[1, 0, 0]])
    }

    @Test func `there are never more centers than samples`() throws {
        let found = try centers(set([[1, 0, 0], [0, 1, 0]]), count: 16)
        #expect(Set(found) == [[1, 0, 0], [0, 1, 0]])
    }

    @Test func `the same seed gives the same bits and centers are of length one`() throws {
        var gallery = SyntheticGallery(seed: 3)
        let person = gallery.direction()
        let samples = set(gallery.photographs(of: person, count: 60))
        let first = try centers(samples, count: 3, seed: 5)
        #expect(try centers(samples, count: 3, seed: 5) == first)
        for center in first {
            #expect(abs(center.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        }
    }

    @Test func `every center is the nearest of some sample`() throws {
        var gallery = SyntheticGallery(seed: 8, dimension: 8)
        for seed in 0..<20 as Range<UInt64> {
            let samples = set((0..<12).map { _ in gallery.direction() })
            let found = try centers(samples, count: 8, seed: seed)
            let used = Set(
                (0..<samples.count).map { sample in
                    found.indices.max {
                        cosine(samples[sample], found[$0]) < cosine(samples[sample], found[$1])
                    }
                })
            #expect(used.count == found.count)
        }
    }

    @Test func `more starts never do worse`() throws {
        var gallery = SyntheticGallery(seed: 21, dimension: 16)
        for seed in 0..<10 as Range<UInt64> {
            let samples = set((0..<40).map { _ in gallery.direction() })
            var single = SphericalKMeans()
            single.starts = 1
            let one = try single.subCenters(
                of: "x", samples: samples, count: 5, seed: seed, isCancelled: { false })
            let eight = try SphericalKMeans().subCenters(
                of: "x", samples: samples, count: 5, seed: seed, isCancelled: { false })
            #expect(total(samples, eight) >= total(samples, one) - 1e-4)
        }
    }

    @Test func `it stops when told`() {
        let samples = set([0, 90, 180].map { SyntheticGallery.planar($0) })
        #expect(throws: PurifyError.cancelled) {
            try SphericalKMeans().subCenters(
                of: "x", samples: samples, count: 2, seed: 0, isCancelled: { true })
        }
    }

    private func cosine(_ a: some Sequence<Float>, _ b: some Sequence<Float>) -> Float {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private func total(_ samples: VectorSet, _ centers: VectorSet) -> Float {
        (0..<samples.count).reduce(0) { sum, sample in
            sum + ((0..<centers.count).map { cosine(samples[sample], centers[$0]) }.max() ?? 0)
        }
    }
}

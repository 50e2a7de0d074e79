import Gallery
import TestKit
import Testing

@Suite struct SearchTests {
    @Test func `distinct identities come best first, each with its best face`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", between(0, 1, cosine: 0.7))
        let best = try await fixture.enroll("ada", between(0, 1, cosine: 0.9))
        let second = try await fixture.enroll("bob", between(0, 2, cosine: 0.8))
        try await fixture.enroll("cy", between(0, 3, cosine: 0.3))
        let answer = try await fixture.search(axis(0), top: 5, threshold: 0.5)
        #expect(answer.matches.map(\.identity.text) == ["ada", "bob"])
        #expect(answer.matches.map(\.face) == [best, second])
        #expect(zip(answer.matches, [0.9, 0.8] as [Float]).allSatisfy { abs($0.similarity - $1) < 1e-6 })
        #expect(answer.bestBelow == nil)
        #expect(abs(try #require(answer.margin) - 0.1) < 1e-6)
    }

    @Test func `the margin is there when one identity is asked for`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        try await fixture.enroll("bob", axis(1))
        let answer = try await fixture.search(axis(0), top: 1)
        #expect(answer.matches.count == 1 && answer.margin == 1)
    }

    @Test func `the threshold is inclusive and below it there is the best only`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        let probe = between(0, 1, cosine: 0.5)
        #expect(try await fixture.search(probe, threshold: 0.5).matches.count == 1)
        let answer = try await fixture.search(probe, threshold: (0.5 as Float).nextUp)
        #expect(answer.matches.isEmpty && answer.bestBelow == 0.5 && answer.margin == nil)
    }

    @Test func `one identity's best face is found, unless all are set aside`() async throws {
        let fixture = try await GalleryFixture()
        let near = try await fixture.enroll("ada", between(0, 1, cosine: 0.75))
        try await fixture.enroll("ada", axis(1))
        try await fixture.enroll("bob", axis(0))
        let ada = try name("ada")
        let (store, people, model) = (fixture.store, fixture.people, GalleryFixture.model)
        let match = try await store.bestMatch(for: axis(0), of: ada, in: people, model: model)
        #expect(match?.face == near && match?.similarity == 0.75)
        let unknown = await refusal { () throws(GalleryError) in
            try await store.bestMatch(for: axis(0), of: try name("zoe"), in: people, model: model)
        }
        #expect(unknown == .identityNotFound(try name("zoe"), gallery: people))
        _ = try await store.putIdentity(try name("empty"), in: people)
        #expect(
            try await store.bestMatch(for: axis(0), of: try name("empty"), in: people, model: model) == nil)
    }

    @Test func `no similarity is past 1, whatever a vector's length or the rounding`() async throws {
        let fixture = try await GalleryFixture()
        // Longer than 1 by half of what is taken: the product of two is 1.01.
        let long = axis(0).map { $0 * 1.005 }
        let opposite = long.map { -$0 }
        try await fixture.enroll("ada", long)
        let found = try await fixture.search(long, top: 1)
        #expect(found.matches.map(\.similarity) == [1])
        #expect(try await fixture.search(opposite, top: 1).bestBelow == -1)
        let best = try await fixture.store.bestMatch(
            for: long, of: try name("ada"), in: fixture.people, model: GalleryFixture.model)
        #expect(best?.similarity == 1)
    }

    @Test func `the index after a restart answers as before it`() async throws {
        let fixture = try await GalleryFixture()
        var generator = SeededGenerator(seed: 11)
        for index in 0..<200 { try await fixture.enroll("person \(index % 37)", randomUnit(8, &generator)) }
        let probes = (0..<20).map { _ in randomUnit(8, &generator) }
        var before: [SearchAnswer] = []
        for probe in probes { before.append(try await fixture.search(probe, top: 10, threshold: -1)) }
        let reopened = try await fixture.reopened()
        for (probe, expected) in zip(probes, before) {
            let answer = try await reopened.search(
                probe, in: fixture.people, model: GalleryFixture.model, top: 10, threshold: -1)
            #expect(answer == expected)
            #expect(answer.matches.count == 10 && Set(answer.matches.map(\.identity)).count == 10)
        }
    }

    @Test func `loading reports its progress up to the whole`() async throws {
        let fixture = try await GalleryFixture()
        for index in 0..<3 { try await fixture.enroll("ada", axis(index)) }
        await fixture.store.close()
        let seen = Recorder<LoadProgress>()
        let store = try await GalleryStore.open(path: fixture.path) { seen.add($0) }
        #expect(seen.all.map(\.loadedFaces).last == 3 && seen.all.allSatisfy { $0.totalFaces == 3 })
        await store.close()
    }
}

import SubCenter
import Testing

/// The mistakes that the benchmark makes, and how it counts what is found.
@Suite struct NoiseBenchmarkTests {
    private static let people: [EnrolledIdentity] = {
        var gallery = SyntheticGallery(seed: 21, dimension: 64)
        return (0..<40).map { index in
            let person = gallery.direction()
            let count = index < 12 ? 10 + index : 1 + index % 4
            return EnrolledIdentity("p\(100 + index)", gallery.photographs(of: person, count: count))
        }
    }()

    private static let injector = NoiseInjector(people: people)

    @Test(arguments: NoiseScenario.all)
    func `every identity gets its share of wrong faces`(scenario: NoiseScenario) {
        let gallery = Self.injector.gallery(scenario, seed: 1)
        #expect(gallery.identities.map(\.name) == Self.people.prefix(12).map(\.name))
        var found = 0
        for (identity, person) in zip(gallery.identities, Self.people) {
            let wrong = identity.faces.count { gallery.isWrong($0) }
            found += wrong
            let right = Set(person.faces.map(\.id))
            // What is not called wrong is the person's own.
            #expect(identity.faces.allSatisfy { right.contains($0.id) != gallery.isWrong($0) })
            let share = Double(wrong) / Double(identity.faces.count)
            switch scenario.kind {
            case .clean: #expect(wrong == 0)
            case .burst: #expect(share == 0.5)
            case .intruder where scenario.share > 0.4: #expect(share > 0.35 && share < 0.5)
            default: #expect(abs(share - scenario.share) < 0.06, "\(share)")
            }
        }
        #expect(found == gallery.wrong.count)
    }

    @Test func `the same seed gives the same gallery, another one another`() {
        for scenario in NoiseScenario.all where scenario.kind != .clean {
            func vectors(_ seed: UInt64) -> [[Float]] {
                Self.injector.gallery(scenario, seed: seed).identities.flatMap { $0.faces.map(\.embedding) }
            }
            #expect(vectors(3) == vectors(3))
            #expect(vectors(3) != vectors(4))
        }
    }

    @Test func `a burst is near-duplicates of one photograph`() throws {
        let gallery = Self.injector.gallery(NoiseScenario(.burst), seed: 2)
        let frames = try #require(gallery.identities.first).faces.filter { gallery.isWrong($0) }
        for frame in frames {
            let cosine = zip(frame.embedding, frames[0].embedding).reduce(Float(0)) { $0 + $1.0 * $1.1 }
            #expect(cosine > 0.98)
        }
    }

    @Test func `the score counts what went, what stayed and what was left undecided`() throws {
        var score = NoiseScore()
        (score.removed, score.missed, score.undecided, score.lost, score.kept) = (6, 1, 3, 2, 38)
        #expect(score.noiseRemoved == 0.6)
        #expect(score.cleanKept == 0.95)
        #expect(score.f1 == 12.0 / 18)
        #expect(score.f1OfDecided == 12.0 / 15)
        let twice = score + score
        #expect(twice.removed == 12 && twice.f1 == score.f1)
        #expect(NoiseScore().f1 == nil && NoiseScore().noiseRemoved == nil)
    }

    @Test func `a purification is scored against the mistakes that were made`() throws {
        let gallery = Self.injector.gallery(NoiseScenario(.strangers, share: 0.3), seed: 5)
        let score = gallery.score(try Purifier().purify(gallery.identities))
        #expect(score.removed + score.missed + score.undecided == gallery.wrong.count)
        let faces = gallery.identities.reduce(0) { $0 + $1.faces.count }
        #expect(score.kept + score.lost == faces - gallery.wrong.count)
        #expect(try #require(score.f1) > 0.9, "\(score)")
    }

    @Test(arguments: NoiseScenario.all)
    func `people whose names look alike have each their own mistakes`(scenario: NoiseScenario) throws {
        var people = Self.people
        for (index, name) in ["\u{E9}", "e\u{301}"].enumerated() {
            let faces = people[index].faces.indices.map { number in
                EnrolledFace(id: "\(name)/\(number)", embedding: people[index].faces[number].embedding)
            }
            people[index] = EnrolledIdentity(name: name, faces: faces)
        }
        let gallery = NoiseInjector(people: people).gallery(scenario, seed: 1)
        #expect(
            gallery.identities.reduce(0) { $0 + $1.faces.count { gallery.isWrong($0) } }
                == gallery.wrong.count)
        let score = gallery.score(try Purifier().purify(gallery.identities))
        #expect(score.removed + score.missed + score.undecided == gallery.wrong.count)
    }
}

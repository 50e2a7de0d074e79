/// Makes galleries with known mistakes out of people whose photographs are right.
package struct NoiseInjector: Sendable {
    /// People with fewer photographs are not enrolled; one photograph of each serves as a stranger's.
    package var leastFaces = 10
    /// Photographs that a person is enrolled with at most, chosen by seed.
    package var mostFaces = 25
    private let people: [EnrolledIdentity]

    /// - Parameter people: with the names and face ids that the galleries will have.
    package init(people: [EnrolledIdentity]) {
        self.people = people.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// The gallery of a scenario; the same for the same people, scenario and seed.
    package func gallery(_ scenario: NoiseScenario, seed: UInt64) -> NoisyGallery {
        var generator = StableGenerator(seed: StableGenerator.seed(seed, name: scenario.name))
        let enrolled = people.indices.filter { people[$0].faces.count >= leastFaces }
        var sets = enrolled.map { Array(people[$0].faces.shuffled(using: &generator).prefix(mostFaces)) }
        var wrong = Set<[UInt8]>()
        if scenario.kind == .swaps {
            swap(&sets, scenario, &generator, &wrong)
        } else {
            for (index, person) in enrolled.enumerated() {
                let count = scenario.count(clean: sets[index].count)
                let faces = noise(scenario.kind, count, besides: person, &generator)
                for (number, face) in faces.enumerated() {
                    // The same photograph may come to several identities.
                    let id = "wrong/\(people[person].name)/\(number)"
                    wrong.insert(Array(id.utf8))
                    sets[index].append(EnrolledFace(id: id, embedding: face))
                }
            }
        }
        return NoisyGallery(
            identities: zip(enrolled, sets).map { EnrolledIdentity(name: people[$0].name, faces: $1) },
            wrong: wrong)
    }

    private func noise(
        _ kind: NoiseScenario.Kind, _ count: Int, besides person: Int, _ generator: inout StableGenerator
    ) -> [[Float]] {
        let strangers = people.filter { !$0.faces.isEmpty && $0.faces.count < leastFaces }
        switch kind {
        case .clean, .swaps: return []
        case .strangers:
            return strangers.shuffled(using: &generator).prefix(count).map { $0.faces[0].embedding }
        case .intruder:
            let others = people.indices.filter { $0 != person }
            let able = others.filter { people[$0].faces.count >= count }
            let most = others.map { people[$0].faces.count }.max() ?? 0
            let pool = able.isEmpty ? others.filter { people[$0].faces.count == most } : able
            guard !pool.isEmpty else { return [] }
            let intruder = people[pool[generator.index(below: pool.count)]]
            return intruder.faces.shuffled(using: &generator).prefix(count).map(\.embedding)
        case .burst:
            guard !strangers.isEmpty else { return [] }
            let frame = strangers[generator.index(below: strangers.count)].faces[0].embedding
            return (0..<count).map { _ in Self.shaken(frame, &generator) }
        }
    }

    /// A frame of the same moment: a cosine of about 0.995 to the first.
    private static func shaken(_ frame: [Float], _ generator: inout StableGenerator) -> [Float] {
        let amount = 0.17 / Double(frame.count).squareRoot()
        let moved = frame.map { $0 + Float((generator.unit() - 0.5) * 2 * amount) }
        return Sphere.normalised(moved) ?? frame
    }

    /// Takes a share out of every set, and deals it to others: each set gets back as many as it gave, none
    /// its own.
    private func swap(
        _ sets: inout [[EnrolledFace]], _ scenario: NoiseScenario, _ generator: inout StableGenerator,
        _ wrong: inout Set<[UInt8]>
    ) {
        guard sets.count > 1 else { return }
        var taken: [(set: Int, face: EnrolledFace)] = []
        for set in sets.indices.shuffled(using: &generator) {
            for _ in 0..<min(scenario.count(clean: sets[set].count), sets[set].count) {
                taken.append((set, sets[set].removeLast()))
            }
        }
        // Sorted by set, a turn by the largest share gives no set its own.
        let turn = Dictionary(grouping: taken, by: \.set).values.map(\.count).max() ?? 0
        for (index, place) in taken.enumerated() {
            let source = taken[(index + turn) % taken.count]
            sets[place.set].append(source.face)
            if source.set != place.set { wrong.insert(Array(source.face.id.utf8)) }
        }
    }
}

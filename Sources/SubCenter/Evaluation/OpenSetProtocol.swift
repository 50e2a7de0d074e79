/// Identification as a service meets it: some of the people who come are enrolled, the others are strangers.
///
/// Of the people with two photographs or more a part is enrolled, drawn by seed, each with some of the
/// photographs. Their other photographs are mated probes; all photographs of everybody else are strangers'. A
/// photograph in which no face was found is a probe all the same: nobody is recognised in it.
package struct OpenSetProtocol: Sendable {
    /// A person's photographs as unit vectors; nil where no face was found.
    package struct Person: Sendable {
        let name: String
        package let photographs: [[Float]?]

        package init(name: String, photographs: [[Float]?]) {
            self.name = name
            self.photographs = photographs
        }
    }

    /// Of those with two photographs or more.
    package var enrolledShare = 0.5
    /// Photographs that a person is enrolled with; at least one is left to be a probe.
    package var photographsEnrolled = 1
    package var seed: UInt64 = 0

    package init() {}

    /// Nil where there is nobody to enrol or no stranger.
    package func run(_ people: [Person]) -> OpenSetOutcome? {
        let people = people.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var generator = StableGenerator(seed: StableGenerator.seed(seed, name: "open set"))
        let able = people.indices.filter { Self.isAble(people[$0]) }.shuffled(using: &generator)
        let enrolled = able.prefix(Int((Double(able.count) * enrolledShare).rounded())).sorted()
        let dimension = people.lazy.flatMap(\.photographs).compactMap { $0?.count }.first
        guard let dimension, !enrolled.isEmpty, enrolled.count < people.count else { return nil }
        var gallery = VectorSet(dimension: dimension)
        var owners: [Int] = []
        var probes: [Probe] = []
        for index in enrolled {
            let shuffled = people[index].photographs.shuffled(using: &generator)
            let (kept, rest) = divide(shuffled)
            for vector in kept {
                gallery.append(vector)
                owners.append(index)
            }
            probes += rest.map { Probe(person: index, vector: $0, isMated: true) }
        }
        let strangers = Set(people.indices).subtracting(enrolled).sorted()
        for index in strangers {
            probes += people[index].photographs.map { Probe(person: index, vector: $0, isMated: false) }
        }
        return outcome(probes, gallery, owners, identities: enrolled.count)
    }

    private struct Probe {
        let person: Int
        let vector: [Float]?
        let isMated: Bool
    }

    /// Two photographs, in one of which a face was found: it is the one to enrol.
    private static func isAble(_ person: Person) -> Bool {
        person.photographs.count > 1 && person.photographs.contains { $0 != nil }
    }

    /// The first photographs with a face are enrolled, the rest are probes.
    private func divide(_ photographs: [[Float]?]) -> (enrolled: [[Float]], probes: [[Float]?]) {
        var enrolled: [[Float]] = []
        var probes: [[Float]?] = []
        let most = min(photographsEnrolled, photographs.count - 1)
        for photograph in photographs {
            if let photograph, enrolled.count < most {
                enrolled.append(photograph)
            } else {
                probes.append(photograph)
            }
        }
        return (enrolled, probes)
    }

    private func outcome(
        _ probes: [Probe], _ gallery: VectorSet, _ owners: [Int], identities: Int
    ) -> OpenSetOutcome {
        var trials: [OpenSetOutcome.Trial] = []
        var cosines = [Float](repeating: 0, count: gallery.count)
        for probe in probes {
            var best: (row: Int, similarity: Float)?
            if let vector = probe.vector {
                var query = VectorSet(dimension: gallery.dimension, capacity: 1)
                query.append(vector)
                query.products(0..<1, with: gallery, 0..<gallery.count, into: &cosines)
                for (row, similarity) in cosines.enumerated()
                where similarity > best?.similarity ?? -.infinity {
                    best = (row, similarity)
                }
            }
            trials.append(
                OpenSetOutcome.Trial(
                    person: probe.person, isMated: probe.isMated, similarity: best?.similarity ?? -1,
                    isRight: best.map { owners[$0.row] == probe.person } ?? false))
        }
        return OpenSetOutcome(identities: identities, faces: gallery.count, trials: trials)
    }
}

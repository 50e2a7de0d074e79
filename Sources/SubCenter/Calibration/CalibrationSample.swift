/// The photographs that take part in a calibration, gathered an identity at a time.
package struct CalibrationSample: Sendable {
    let plan: CalibrationPlan
    /// Those of an identity stand together.
    private(set) var photographs: VectorSet
    /// The rows of each identity, one after the other.
    private(set) var rows: [Range<Int>] = []
    private(set) var names: [String] = []

    package init(_ plan: CalibrationPlan, dimension: Int) {
        self.plan = plan
        photographs = VectorSet(dimension: dimension, capacity: plan.mostPhotographs)
    }

    /// Adds an identity: of its faces, near-duplicates once, as many photographs as the plan says, drawn by
    /// seed among the faces given. Identities are to come in the plan's order, each once; the order of their
    /// faces does not matter.
    package mutating func add(
        _ identity: EnrolledIdentity, isCancelled: () -> Bool = { false }
    ) throws(PurifyError) {
        let given = identity.faces.filter { !$0.isQuarantined }
        guard !given.isEmpty else { return }
        for face in given { try face.check(dimension: photographs.dimension) }
        var generator = StableGenerator(
            seed: StableGenerator.seed(plan.parameters.seed, name: identity.name))
        let drawn = given.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
            .shuffled(using: &generator).prefix(plan.facesEach)
        let distinct = try DistinctFaces(
            Array(drawn), dimension: photographs.dimension,
            duplicateCosine: plan.parameters.duplicateCosine, isCancelled: isCancelled)
        let first = photographs.count
        for leader in distinct.leaders.prefix(plan.photographsEach) {
            photographs.append(drawn[leader].embedding)
        }
        rows.append(first..<photographs.count)
        names.append(identity.name)
    }

    /// The direction of each identity's photographs, empty where they cancel out.
    var centers: [[Float]] { rows.map { photographs.direction(ofSum: $0) ?? [] } }
}

extension DistinctFaces {
    /// The first face of each photograph, as it is: a mean of faces would score otherwise than a face does.
    fileprivate var leaders: [Int] {
        var seen = Set<Int>()
        return sampleOfFace.indices.filter { seen.insert(sampleOfFace[$0]).inserted }
    }
}

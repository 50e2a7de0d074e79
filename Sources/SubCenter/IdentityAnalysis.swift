/// What is known of an identity before a threshold is applied.
struct IdentityAnalysis: Sendable {
    /// Fewer faces than this can't outvote anyone and are left alone.
    static let smallestSet = 3

    /// Faces at each sub-center and in each group, most votes first; the dominant group is the first.
    let subCenterCounts: [Int]
    let groupCounts: [Int]
    /// Photographs in each group, near-duplicates once.
    let votes: [Int]
    let isAmbiguous: Bool
    /// The dominant group's center; empty when there are no faces.
    let center: [Float]
    /// For each face its group, and its angle to `center` in degrees.
    let groupOfFace: [Int]
    let angles: [Double]

    /// Whether faces may be set aside at all.
    var isDecided: Bool { !isAmbiguous && angles.count >= Self.smallestSet }

    /// Whether a face at `angle` from the center may be moved here: nobody should be moved to an identity
    /// that is itself in doubt, nor to two faces that would not accept each other.
    func accepts(angle: Double, threshold: Double) -> Bool {
        let spread = angles.count < Self.smallestSet ? 2 * (angles.max() ?? 0) : 0
        return !isAmbiguous && angle < threshold && spread < threshold
    }
}

extension IdentityAnalysis {
    /// An identity without faces.
    static let empty = IdentityAnalysis(
        subCenterCounts: [], groupCounts: [], votes: [], isAmbiguous: false, center: [], groupOfFace: [],
        angles: [])

    /// A set too small to be divided: one group around the direction of its sum.
    init(undivided faces: [EnrolledFace], samples: VectorSet) {
        let center = samples.direction(ofSum: 0..<samples.count) ?? Array(samples[0])
        self.init(
            subCenterCounts: [faces.count], groupCounts: [faces.count], votes: [samples.count],
            isAmbiguous: false,
            center: center, groupOfFace: faces.map { _ in 0 }, angles: Self.angles(of: faces, to: center))
    }

    /// A set divided into `groups`.
    init(_ faces: [EnrolledFace], distinct: DistinctFaces, groups: SubCenterGroups, ambiguityRatio: Double?) {
        let centerOfFace = distinct.sampleOfFace.map { groups.centerOfSample[$0] }
        let groupOfFace = centerOfFace.map { groups.groupOfCenter[$0] }
        let dominant = (0..<distinct.samples.count).filter {
            groups.groupOfCenter[groups.centerOfSample[$0]] == 0
        }
        let center = distinct.samples.direction(ofSum: dominant) ?? Array(distinct.samples[dominant[0]])
        self.init(
            subCenterCounts: Self.tally(centerOfFace, groups.groupOfCenter.count).sorted(by: >),
            groupCounts: Self.tally(groupOfFace, groups.votes.count), votes: groups.votes,
            isAmbiguous: groups.isAmbiguous(ratio: ambiguityRatio), center: center, groupOfFace: groupOfFace,
            angles: Self.angles(of: faces, to: center))
    }

    /// A set divided into `clusters` of which `members`, photographs, turned out to belong.
    init(
        _ faces: [EnrolledFace], samples: VectorSet, sampleOfFace: [Int], clusters: AverageLinkage,
        isAmbiguous: Bool, members: [Int]
    ) {
        let isSmall = faces.count < Self.smallestSet
        let groupOfFace = sampleOfFace.map { isSmall ? 0 : clusters.groupOfSample[$0] }
        let groupCounts = Self.tally(groupOfFace, isSmall ? 1 : clusters.votes.count)
        let center = samples.direction(ofSum: members) ?? Array(samples[members[0]])
        self.init(
            subCenterCounts: groupCounts.sorted(by: >), groupCounts: groupCounts,
            votes: isSmall ? [samples.count] : clusters.votes, isAmbiguous: isAmbiguous, center: center,
            groupOfFace: groupOfFace, angles: Self.angles(of: faces, to: center))
    }

    private static func tally(_ indices: [Int], _ count: Int) -> [Int] {
        indices.reduce(into: [Int](repeating: 0, count: count)) { $0[$1] += 1 }
    }

    private static func angles(of faces: [EnrolledFace], to center: [Float]) -> [Double] {
        faces.map { Sphere.degrees(cosine: Sphere.dot($0.embedding, center)) }
    }
}

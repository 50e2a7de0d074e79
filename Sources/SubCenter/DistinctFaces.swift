/// The faces of an identity with near-duplicates taken together, so that a burst of photographs has one vote.
///
/// A face joins the first photograph whose leader it resembles, in the order given; the leader stays who it
/// was, so that a slow drift of frames does not chain a whole film into one. O(faces * photographs).
struct DistinctFaces: Sendable {
    /// One direction a photograph: that of the sum of its faces.
    let samples: VectorSet
    /// For each face, the index of its photograph.
    let sampleOfFace: [Int]

    init(
        _ faces: [EnrolledFace], dimension: Int, duplicateCosine: Double, isCancelled: () -> Bool
    ) throws(PurifyError) {
        // Rounding puts the cosine of identical vectors a little over 1, and 1 means that none are taken
        // together.
        let limit = duplicateCosine < 1 ? Float(duplicateCosine) : .infinity
        var leaders = VectorSet(dimension: dimension, capacity: faces.count)
        var sampleOfFace: [Int] = []
        for (index, face) in faces.enumerated() {
            if index % 16 == 0 && isCancelled() { throw .cancelled }
            let sample =
                Self.leader(like: face, among: leaders, over: limit) ?? leaders.count
            if sample == leaders.count { leaders.append(face.embedding) }
            sampleOfFace.append(sample)
        }
        self.sampleOfFace = sampleOfFace
        samples = Self.samples(of: faces, sampleOfFace, dimension: dimension)
    }

    private static func leader(like face: EnrolledFace, among leaders: VectorSet, over limit: Float) -> Int? {
        face.embedding.withUnsafeBufferPointer { vector in
            (0..<leaders.count).first { leaders.withVector($0) { Sphere.dot(vector, $0) } > limit }
        }
    }

    /// The photographs of faces that were told apart before.
    static func samples(of faces: [EnrolledFace], _ sampleOfFace: [Int], dimension: Int) -> VectorSet {
        var members = [[Int]](repeating: [], count: (sampleOfFace.max() ?? -1) + 1)
        for (face, sample) in sampleOfFace.enumerated() { members[sample].append(face) }
        var result = VectorSet(dimension: max(dimension, 1), capacity: members.count)
        for indices in members { result.append(sample(of: indices.map { faces[$0] })) }
        return result
    }

    /// One photograph of `faces`, the leader first: the direction of their sum.
    static func sample(of faces: [EnrolledFace]) -> [Float] {
        guard faces.count > 1 else { return faces[0].embedding }
        var sum = [Float](repeating: 0, count: faces[0].embedding.count)
        for face in faces { face.embedding.withUnsafeBufferPointer { Sphere.add($0, to: &sum) } }
        return Sphere.normalised(sum) ?? faces[0].embedding
    }
}

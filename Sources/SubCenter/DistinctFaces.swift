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
        // Rounding puts the cosine of identical vectors a little over 1, and 1 means that none are taken together.
        let limit = duplicateCosine < 1 ? Float(duplicateCosine) : .infinity
        var leaders = VectorSet(dimension: dimension, capacity: faces.count)
        var members: [[Int]] = []
        var sampleOfFace: [Int] = []
        for (index, face) in faces.enumerated() {
            if index % 16 == 0 && isCancelled() { throw .cancelled }
            let sample =
                Self.leader(like: face, among: leaders, over: limit) ?? leaders.count
            if sample == leaders.count {
                leaders.append(face.embedding)
                members.append([])
            }
            members[sample].append(index)
            sampleOfFace.append(sample)
        }
        self.sampleOfFace = sampleOfFace
        samples = Self.directions(of: members, faces, leaders)
    }

    private static func leader(like face: EnrolledFace, among leaders: VectorSet, over limit: Float) -> Int? {
        face.embedding.withUnsafeBufferPointer { vector in
            (0..<leaders.count).first { leaders.withVector($0) { Sphere.dot(vector, $0) } > limit }
        }
    }

    private static func directions(of members: [[Int]], _ faces: [EnrolledFace], _ leaders: VectorSet)
        -> VectorSet
    {
        var result = VectorSet(dimension: leaders.dimension, capacity: leaders.count)
        for (sample, indices) in members.enumerated() {
            var sum = [Float](repeating: 0, count: leaders.dimension)
            for index in indices {
                faces[index].embedding.withUnsafeBufferPointer { Sphere.add($0, to: &sum) }
            }
            result.append(Sphere.normalised(sum) ?? Array(leaders[sample]))
        }
        return result
    }
}

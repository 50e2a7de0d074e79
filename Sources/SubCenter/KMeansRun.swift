/// One start of spherical k-means: its centers and which sample belongs to which.
struct KMeansRun {
    private let samples: VectorSet
    private var centers: VectorSet
    private var owner: [Int]
    private var cosine: [Float]

    /// Samples looked at between two questions whether to go on: well under a millisecond at dimension 512.
    private static let stride = 256

    /// k-means++: the first center is a random sample, each further one a sample drawn with a chance in
    /// proportion to 1 - cosine (half the squared chord) to the nearest center so far. Samples that all
    /// coincide with a center give fewer centers.
    init(
        samples: VectorSet, count: Int, generator: inout StableGenerator, isCancelled: @Sendable () -> Bool
    ) throws(PurifyError) {
        self.samples = samples
        centers = VectorSet(dimension: samples.dimension, capacity: count)
        owner = [Int](repeating: -1, count: samples.count)
        cosine = [Float](repeating: -1, count: samples.count)
        centers.append(samples[generator.index(below: samples.count)])
        while centers.count < min(count, samples.count) {
            try bringUpToDate(isCancelled: isCancelled)
            guard let next = draw(&generator) else { break }
            centers.append(samples[next])
        }
    }

    /// The sum over the samples of the cosine to their center: what k-means maximises.
    var totalCosine: Double { cosine.reduce(0) { $0 + Double($1) } }

    /// Gives every sample to the center of greatest cosine, the first of equals; false when nothing changed.
    mutating func assign(isCancelled: @Sendable () -> Bool) throws(PurifyError) -> Bool {
        var changed = false
        for sample in 0..<samples.count {
            if sample % Self.stride == 0 && isCancelled() { throw .cancelled }
            let (center, value) = nearest(to: sample)
            changed = changed || owner[sample] != center
            (owner[sample], cosine[sample]) = (center, value)
        }
        let filled = fillEmptyCenters()
        return changed || filled
    }

    /// Moves each center to the direction of the sum of its samples; where they cancel out it stays.
    mutating func moveCenters() {
        var moved = VectorSet(dimension: samples.dimension, capacity: centers.count)
        for center in 0..<centers.count {
            let members = owner.indices.filter { owner[$0] == center }
            moved.append(samples.direction(ofSum: members) ?? Array(centers[center]))
        }
        centers = moved
    }

    /// The centers that have samples, in the order of their first sample.
    func occupiedCenters() -> VectorSet {
        var seen = Set<Int>()
        var result = VectorSet(dimension: samples.dimension, capacity: centers.count)
        for center in owner where seen.insert(center).inserted { result.append(centers[center]) }
        return result
    }

    private func nearest(to sample: Int) -> (center: Int, cosine: Float) {
        var best = (center: 0, cosine: -Float.infinity)
        for center in 0..<centers.count {
            let value = samples.dot(sample, centers, center)
            if value > best.cosine { best = (center, value) }
        }
        return best
    }

    /// Raises each sample's greatest cosine by the newest center.
    private mutating func bringUpToDate(isCancelled: @Sendable () -> Bool) throws(PurifyError) {
        for sample in 0..<samples.count {
            if sample % Self.stride == 0 && isCancelled() { throw .cancelled }
            cosine[sample] = max(cosine[sample], samples.dot(sample, centers, centers.count - 1))
        }
    }

    private func draw(_ generator: inout StableGenerator) -> Int? {
        let weights = cosine.map { $0 > 1 - 1e-6 ? 0 : Double(1 - $0) }
        let total = weights.reduce(0, +)
        guard total > 0 else { return nil }
        var rest = generator.unit() * total
        for (sample, weight) in weights.enumerated() where weight > 0 {
            rest -= weight
            if rest < 0 { return sample }
        }
        return weights.lastIndex { $0 > 0 }
    }

    /// Puts the sample that fits worst, from a center that keeps others, on each center that lost all its
    /// own; false when there was none.
    private mutating func fillEmptyCenters() -> Bool {
        var counts = [Int](repeating: 0, count: centers.count)
        for center in owner { counts[center] += 1 }
        var filled = false
        for center in 0..<centers.count where counts[center] == 0 {
            let movable = owner.indices.filter { counts[owner[$0]] > 1 && cosine[$0] < 1 - 1e-6 }
            guard let worst = movable.min(by: { cosine[$0] < cosine[$1] }) else { break }
            counts[owner[worst]] -= 1
            (owner[worst], cosine[worst], counts[center]) = (center, 1, 1)
            filled = true
        }
        return filled
    }
}

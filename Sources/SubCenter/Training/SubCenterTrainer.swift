import Foundation

/// The state of a training between sweeps.
struct SubCenterTrainer {
    private let training: SubCenterTraining
    private let sampleOfFace: [[Int]]
    private let seed: UInt64
    /// One an identity; those of fewer faces than can be judged have none, and take no part.
    private(set) var centers: [VectorSet]
    private var velocity: [VectorSet]

    /// Sub-centers to start from: one round of k-means on each identity's photographs.
    init(_ run: PurifyRun, _ training: SubCenterTraining) throws(PurifyError) {
        self.training = training
        seed = run.parameters.seed
        let dimension = max(run.input.dimension, 1)
        let start = SphericalKMeans(starts: 1, roundLimit: 1)
        let begun = try run.map(run.input.identities.count) { index throws(PurifyError) in
            let identity = run.input.identities[index]
            let distinct = try DistinctFaces(
                identity.faces, dimension: dimension, duplicateCosine: run.parameters.duplicateCosine,
                isCancelled: run.isCancelled)
            guard identity.faces.count >= IdentityAnalysis.smallestSet else {
                return (distinct.sampleOfFace, VectorSet(dimension: dimension))
            }
            let centers = try start.subCenters(
                of: identity.name, samples: distinct.samples, count: run.parameters.subCenters,
                seed: StableGenerator.seed(run.parameters.seed, name: identity.name),
                isCancelled: run.isCancelled)
            return (distinct.sampleOfFace, centers)
        }
        sampleOfFace = begun.map(\.0)
        centers = begun.map(\.1)
        velocity = centers.map { centers in
            var still = VectorSet(dimension: dimension, capacity: centers.count)
            for _ in 0..<centers.count { still.append([Float](repeating: 0, count: dimension)) }
            return still
        }
    }

    /// One sweep over the gallery; returns the mean loss.
    mutating func sweep(_ epoch: Int, _ run: PurifyRun) throws(PurifyError) -> Double {
        var generator = StableGenerator(seed: StableGenerator.seed(seed, name: "sweep \(epoch)"))
        let order = centers.indices.filter { centers[$0].count > 0 }.shuffled(using: &generator)
        let size = max(2, training.identitiesPerBlock)
        let blocks = stride(from: 0, to: order.count, by: size).map {
            Array(order[$0..<min(order.count, $0 + size)])
        }
        let rate = training.rate * 0.5 * (1 + cos(.pi * Double(epoch) / Double(max(1, training.epochs))))
        let state = self
        let done = try run.map(blocks.count) { index throws(PurifyError) in
            try state.train(
                blocks[index], run, rate: rate, seed: StableGenerator.seed(seed, name: "\(epoch)/\(index)"))
        }
        var sum = (loss: 0.0, count: 0)
        for (block, result) in zip(blocks, done) {
            for (index, identity) in block.enumerated() {
                centers[identity] = result.block.rows(index, of: result.block.centers)
                velocity[identity] = result.block.rows(index, of: result.block.velocity)
            }
            sum = (sum.loss + result.block.loss, sum.count + result.photographs)
        }
        return sum.count > 0 ? sum.loss / Double(sum.count) : 0
    }

    /// The steps of one block, on its photographs in random order.
    private func train(
        _ identities: [Int], _ run: PurifyRun, rate: Double, seed: UInt64
    ) throws(PurifyError) -> (block: TrainingBlock, photographs: Int) {
        var generator = StableGenerator(seed: seed)
        var block = TrainingBlock(
            centers: identities.map { centers[$0] }, velocity: identities.map { velocity[$0] },
            dimension: run.input.dimension)
        var examples: [(label: Int, sample: Int)] = []
        for (label, identity) in identities.enumerated() {
            let count = (sampleOfFace[identity].max() ?? -1) + 1
            examples += generator.spread(Array(0..<count), most: training.photographsPerIdentity)
                .map { (label, $0) }
        }
        examples.shuffle(using: &generator)
        let samples = identities.map { identity in
            DistinctFaces.samples(
                of: run.input.identities[identity].faces, sampleOfFace[identity],
                dimension: run.input.dimension)
        }
        for start in stride(from: 0, to: examples.count, by: training.batch) {
            if run.isCancelled() { throw .cancelled }
            let batch = examples[start..<min(examples.count, start + training.batch)]
            var photographs = VectorSet(dimension: run.input.dimension, capacity: batch.count)
            for example in batch { photographs.append(samples[example.label][example.sample]) }
            block.step(photographs, labels: batch.map(\.label), training, rate: rate)
        }
        return (block, examples.count)
    }
}

import SubCenter
import TestKit
import Testing

@Suite struct SubCenterTrainerTests {
    private static let dimension = 6

    private static func set(_ vectors: [[Float]]) -> VectorSet {
        var set = VectorSet(dimension: dimension)
        for vector in vectors { set.append(vector) }
        return set
    }

    private static func unit(_ vector: [Double]) -> [Double] {
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / length }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Three identities with two, one and three sub-centers, and photographs of them.
    private struct Example {
        var centers: [[Double]]
        let sizes = [2, 1, 3]
        let photographs: [[Double]]
        let labels = [0, 0, 1, 2, 2]
        var loss = 0.0
        private var velocity: [[Double]]

        init(seed: UInt64) {
            var gallery = SyntheticGallery(seed: seed, dimension: dimension)
            centers = (0..<6).map { _ in gallery.direction().map(Double.init) }
            photographs = (0..<5).map { _ in gallery.direction().map(Double.init) }
            velocity = Array(repeating: [Double](repeating: 0, count: dimension), count: 6)
        }

        /// One step by the gradients that `SubCenterLossTests` holds against finite differences.
        mutating func step(_ training: SubCenterTraining, rate: Double) {
            var gradient = Array(repeating: [Double](repeating: 0, count: dimension), count: 6)
            for (photograph, label) in zip(photographs, labels) {
                var first = 0
                let winners = sizes.map { size in
                    defer { first += size }
                    return (first..<first + size).max {
                        dot(centers[$0], photograph) < dot(centers[$1], photograph)
                    }!
                }
                let own = winners.map { centers[$0] }
                let (value, slopes) = training.loss.evaluate(
                    winnerCosines: own.map { dot($0, photograph) }, label: label)
                loss += value
                let byCenters = SubCenterLoss.gradients(face: photograph, centers: own, byCosine: slopes)
                for (winner, part) in zip(winners, byCenters.centers) {
                    gradient[winner] = zip(gradient[winner], part).map { $0 + $1 }
                }
            }
            let weight = Double(sizes.count) / Double(labels.count)
            for row in centers.indices {
                velocity[row] = zip(velocity[row], gradient[row]).map {
                    training.momentum * $0 + weight * $1
                }
                centers[row] = unit(zip(centers[row], velocity[row]).map { $0 - rate * $1 })
            }
        }
    }

    @Test(arguments: [0.0, 0.9])
    func `steps follow the gradient of the loss, with the momentum of those before`(momentum: Double) {
        var training = SubCenterTraining()
        training.loss = SubCenterLoss(margin: .arcFace(margin: 0.5), scale: 8)
        training.momentum = momentum
        var expected = Example(seed: 5)
        let floats = expected.centers.map { $0.map(Float.init) }
        let sets = [Self.set(Array(floats[0..<2])), Self.set([floats[2]]), Self.set(Array(floats[3...]))]
        let still = [2, 1, 3].map {
            Self.set(Array(repeating: [Float](repeating: 0, count: Self.dimension), count: $0))
        }
        var block = TrainingBlock(centers: sets, velocity: still, dimension: Self.dimension)
        let photographs = Self.set(expected.photographs.map { $0.map(Float.init) })
        for _ in 0..<3 {
            expected.step(training, rate: 0.02)
            block.step(photographs, labels: expected.labels, training, rate: 0.02)
            for (found, right) in zip(block.centers, expected.centers.flatMap { $0 }) {
                #expect(abs(Double(found) - right) < 1e-4)
            }
        }
        #expect(abs(block.loss - expected.loss) < 1e-3)
        // They went somewhere.
        #expect(zip(block.centers, floats.flatMap { $0 }).contains { abs($0 - $1) > 0.05 })
    }

    @Test func `the loss falls from sweep to sweep`() throws {
        var gallery = SyntheticGallery(seed: 12, dimension: 64)
        let people = (0..<40).map { index in
            let (person, intruder) = (gallery.direction(), gallery.direction())
            return EnrolledIdentity(
                "p\(100 + index)",
                gallery.photographs(of: person, count: 8) + gallery.photographs(of: intruder, count: 2))
        }
        let losses = try TrainedSubCenters(
            people, parameters: PurifyParameters(method: .trained), SubCenterTraining()
        ).losses
        #expect(losses.count == 12)
        #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 }, "\(losses)")
        #expect(losses[11] < 0.9 * losses[0], "\(losses)")
    }
}

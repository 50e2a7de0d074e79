import Faces
import Imaging
import Inference
import Inversion
import Kernels
import Locks
import TestKit

/// A network of one matrix, whose gradient is known: the loss is the squared distance from the target by the
/// target's squared length.
final class LinearNetwork: NetworkGradient {
    static let side = 12
    static let dimension = 8

    let rows: [[Float]]
    /// What the network was shown.
    let inputs = Locked<[[Float]]>([])
    let targets = Locked<[[Float]]>([])
    /// Answers that are not finite, from this one on.
    let brokenFrom: Int

    init(seed: UInt64 = 1, brokenFrom: Int = .max) {
        var generator = SeededGenerator(seed: seed)
        let count = 3 * Self.side * Self.side
        rows = (0..<Self.dimension).map { _ in
            (0..<count).map { _ in Float.random(in: -1...1, using: &generator) / Float(count).squareRoot() }
        }
        self.brokenFrom = brokenFrom
    }

    static let manifest = ModelManifest(
        kind: .recognizer, name: "linear", inputWidth: side, inputHeight: side, mean: [127.5, 127.5, 127.5],
        deviation: [127.5, 127.5, 127.5])

    func inverter(prior: InversionPrior? = nil) -> Inverter {
        Inverter(
            self, model: Self.manifest, width: Self.side, height: Self.side, dimension: Self.dimension,
            prior: prior)
    }

    /// What the network makes of an image.
    func embedding(of image: Image) -> [Float] {
        output(
            PixelEncoding(Self.manifest).tensor([image], width: Self.side, height: Self.side, batch: 1).floats
        )
    }

    /// The embedding of a picture made for the purpose: one that can be reached.
    func someEmbedding(seed: UInt64 = 5) -> [Float] { embedding(of: .noise(seed: seed)) }

    func answer(to input: Tensor, target: Tensor) throws(InferenceError) -> NetworkAnswer {
        let (x, t) = (input.floats, target.floats)
        let seen = inputs.withLock { inputs in
            inputs.append(x)
            return inputs.count
        }
        targets.withLock { $0.append(t) }
        let answer = output(x)
        let square = t.reduce(0) { $0 + $1 * $1 }
        let differences = zip(answer, t).map { $0 - $1 }
        var gradient = [Float](repeating: 0, count: x.count)
        for (difference, row) in zip(differences, rows) {
            for index in row.indices { gradient[index] += 2 * difference / square * row[index] }
        }
        if seen >= brokenFrom { gradient[3] = .nan }
        return NetworkAnswer(
            output: answer, gradient: Tensor(shape: input.shape, floats: gradient),
            embeddingLoss: differences.reduce(0) { $0 + $1 * $1 } / square, statisticsLoss: 0)
    }

    private func output(_ x: [Float]) -> [Float] {
        rows.map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
    }
}

extension Image {
    /// Pixels that `seed` decides.
    static func noise(width: Int = LinearNetwork.side, height: Int = LinearNetwork.side, seed: UInt64)
        -> Image
    {
        var generator = SeededGenerator(seed: seed)
        return Image(
            width: width, height: height,
            pixels: (0..<3 * width * height).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
}

extension InversionPrior {
    /// A prior of the linear network's size.
    static func made(
        fingerprint: String = String(repeating: "ab", count: 32), preprocessing: String = "size=12x12",
        mean: Image = .noise(seed: 9), norm: Float = 2.5
    ) -> InversionPrior {
        InversionPrior(
            modelName: "linear", fingerprint: fingerprint, preprocessing: preprocessing, faces: 123,
            meanPicture: mean, norm: norm,
            sites: [
                StatisticsSite(value: "conv/1", mean: [1, -2.5, 1e-30], deviation: [0, 0.1, 3]),
                StatisticsSite(value: "conv/2", mean: [.pi], deviation: [1e20]),
            ])
    }
}

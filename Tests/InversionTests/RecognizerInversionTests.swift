import Faces
import Imaging
import Inference
import Inversion
import Testing

/// The built-in recogniser with its own gradient, in few steps.
@Suite struct RecognizerInversionTests {
    private static let source = ModelSource.builtIn(.recognizer)

    @Test func `a recorded prior is of the network and the descent comes down from it`() throws {
        let embedder = try FaceEmbedder(Self.source, threads: 2)
        var recorder = try PriorRecorder(Self.source, embedder: embedder, threads: 2)
        let crops = (1...10).map { seed in Image.noise(width: 14, height: 14, seed: seed) }
            .map { $0.resized(width: 112, height: 112) }
        try recorder.add(crops)
        let prior = try recorder.finish()
        try prior.check(for: embedder, file: "own.prior")
        #expect(!prior.sites.isEmpty && prior.sites.allSatisfy { !$0.mean.isEmpty })

        let wanted = try #require(embedder.embed([crops[0]]).first)
        let target = try InversionTarget(embedding: wanted.vector, norm: wanted.norm)
        var options = InversionOptions()
        options.iterations = 25
        // As a file has them.
        let read = try InversionPrior(bytes: prior.encoded(), file: "own.prior")
        let inverter = try Inverter(
            Self.source, embedder: embedder, prior: read, threads: 2, options: options)
        var first: InversionResult.Losses?
        let result = try inverter.invert(target, options: options, progress: { first = first ?? $0.losses })
        let start = try #require(first)
        #expect(start.statistics > 0)
        #expect(result.losses.embedding < 0.7 * start.embedding, "\(start) \(result.losses)")
        // What is reported is what the recogniser itself makes of the picture.
        let own = try #require(embedder.embed([result.image]).first)
        let cosine = zip(own.vector, wanted.vector).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(cosine - result.cosine) < 1e-3)
        let again = try inverter.invert(target, options: options)
        #expect(again.image == result.image)
    }

    @Test func `without a prior it begins at grey`() throws {
        let embedder = try FaceEmbedder(Self.source, threads: 2)
        let face = Image.noise(width: 14, height: 14, seed: 3).resized(width: 112, height: 112)
        let wanted = try #require(embedder.embed([face]).first)
        var options = InversionOptions()
        options.iterations = 4
        let inverter = try Inverter(Self.source, embedder: embedder, prior: nil, threads: 2, options: options)
        let result = try inverter.invert(try InversionTarget(embedding: wanted.vector), options: options)
        #expect(result.targetNorm == nil && result.cosine.isFinite)
    }
}

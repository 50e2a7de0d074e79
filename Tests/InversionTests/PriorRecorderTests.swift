import Faces
import Imaging
import Inference
import Inversion
import Kernels
import Locks
import Testing

@Suite struct PriorRecorderTests {
    /// Counts what it is shown.
    private final class Counter: LayerStatistics {
        let inputs = Locked<[Tensor]>([])

        func add(_ input: Tensor) throws(InferenceError) { inputs.withLock { $0.append(input) } }

        func sites() -> [StatisticsSite] {
            [StatisticsSite(value: "v", mean: [Float(inputs.withLock { $0.count })], deviation: [1])]
        }
    }

    private static func crop(_ grey: UInt8) -> Image { Image(width: 112, height: 112, color: .grey(grey)) }

    @Test func `the prior is the mean over all faces, with the network's own figures`() throws {
        let embedder = try InversionPriorTests.embedder(seed: 2)
        let counter = Counter()
        var recorder = PriorRecorder(embedder, statistics: counter)
        let greys = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200] as [UInt8]
        try recorder.add(greys.prefix(4).map(Self.crop))
        try recorder.add([])
        try recorder.add(greys.dropFirst(4).map(Self.crop))
        let prior = try recorder.finish()
        #expect(recorder.count == 11 && prior.faces == 11)
        // Of one grey each, so the blurred mean is one grey too: 68.18.
        #expect(prior.meanPicture == Self.crop(68))
        let norms = try embedder.embed(greys.map(Self.crop)).map(\.norm).sorted()
        #expect(abs(prior.norm - norms[5]) < 1e-5 * norms[5])
        #expect(prior.sites.map(\.mean) == [[11]])
        #expect(counter.inputs.withLock { $0.allSatisfy { $0.shape == [1, 3, 112, 112] } })
        try prior.check(for: embedder, file: "own.prior")
        #expect(prior.modelName == "tiny")
    }

    @Test func `the mean is soft and the same from both sides`() throws {
        var recorder = PriorRecorder(try InversionPriorTests.embedder(seed: 2), statistics: Counter())
        var pixels = [UInt8](repeating: 0, count: 3 * 112 * 112)
        // White to the left.
        for y in 0..<112 { for x in 0..<3 * 40 { pixels[3 * 112 * y + x] = 255 } }
        let crop = Image(width: 112, height: 112, pixels: pixels)
        try recorder.add(Array(repeating: crop, count: PriorRecorder.leastFaces))
        let mean = try recorder.finish().meanPicture
        #expect(mean.mirrored() == mean)
        // Half of white, by a rounding more or less.
        #expect((127...128).contains(mean[5, 50].red) && mean[56, 50].red == 0)
        let edge = (36..<44).map { mean[$0, 50].red }
        #expect(zip(edge, edge.dropFirst()).allSatisfy { $0 > $1 }, "\(edge)")
    }

    @Test func `few faces make no prior`() throws {
        var recorder = PriorRecorder(try InversionPriorTests.embedder(seed: 2), statistics: Counter())
        try recorder.add(Array(repeating: Self.crop(7), count: PriorRecorder.leastFaces - 1))
        #expect { try recorder.finish() } throws: { "\($0)".contains("10 faces or more, there are 9") }
    }

    @Test func `a crop of another size is refused`() throws {
        var recorder = PriorRecorder(try InversionPriorTests.embedder(seed: 2), statistics: Counter())
        #expect(throws: InversionError.self) { try recorder.add([.noise(seed: 1)]) }
        #expect(recorder.count == 0)
    }
}

import Imaging
import Inversion
import Locks
import Testing

@Suite struct InverterTests {
    private static func options(_ iterations: Int = 150, seed: UInt64 = 0) -> InversionOptions {
        var options = InversionOptions()
        (options.iterations, options.seed) = (iterations, seed)
        return options
    }

    @Test func `the picture has the embedding that was asked for, in direction and length`() throws {
        let network = LinearNetwork()
        let embedding = network.someEmbedding()
        // Mirrored pictures have other embeddings here: a linear network knows no faces.
        let target = try InversionTarget(embedding: embedding)
        #expect(target.norm == nil || abs((target.norm ?? 0) - length(embedding)) < 1e-5)
        let result = try network.inverter().invert(
            try InversionTarget(embedding: embedding, norm: length(embedding)), options: Self.options())
        #expect(result.image.width == LinearNetwork.side && result.image.height == LinearNetwork.side)
        #expect(result.cosine > 0.9, "\(result.cosine)")
        #expect(abs(result.norm / length(embedding) - 1) < 0.2)
        let own = network.embedding(of: result.image)
        #expect(abs(cosine(own, embedding) - result.cosine) < 1e-5)
        #expect(result.targetNorm == length(embedding) && result.iterations == 150)
    }

    @Test func `without a known length only the direction counts`() throws {
        let network = LinearNetwork()
        let embedding = network.someEmbedding()
        let unit = embedding.map { $0 / length(embedding) }
        let result = try network.inverter().invert(
            try InversionTarget(embedding: unit), options: Self.options())
        #expect(result.targetNorm == nil)
        #expect(result.cosine > 0.9, "\(result.cosine)")
        // Never a length of 1, which nobody asked for.
        let lengths = network.targets.withLock { $0.map(length) }
        #expect(lengths.dropFirst().allSatisfy { abs($0 - 1) > 1e-4 })
    }

    @Test func `the prior's length is aimed at where the embedding's is not known`() throws {
        let network = LinearNetwork()
        let unit = network.someEmbedding().map { $0 / length(network.someEmbedding()) }
        let result = try network.inverter(prior: .made(norm: 0.25)).invert(
            try InversionTarget(embedding: unit), options: Self.options(20))
        #expect(result.targetNorm == 0.25)
        #expect(network.targets.withLock { $0.allSatisfy { abs(length($0) - 0.25) < 1e-5 } })
    }

    @Test func `the descent begins at the mean face, with a little noise`() throws {
        let network = LinearNetwork()
        let mean = Image(
            width: LinearNetwork.side, height: LinearNetwork.side,
            color: PixelColor(red: 200, green: 100, blue: 50))
        _ = try network.inverter(prior: .made(mean: mean)).invert(
            try InversionTarget(embedding: network.someEmbedding()), options: Self.options(1))
        let first = try #require(network.inputs.withLock { $0.first })
        let plane = first.count / 3
        for (index, pixel) in [200, 100, 50].enumerated() {
            let values = first[index * plane..<(index + 1) * plane].map { $0 - (Float(pixel) / 127.5 - 1) }
            let deviation = (values.reduce(0) { $0 + $1 * $1 } / Float(plane)).squareRoot()
            #expect(deviation > 0.03 && deviation < 0.07, "\(deviation)")
        }
    }

    @Test func `every other step looks into the mirror`() throws {
        let network = LinearNetwork()
        var options = Self.options(2)
        // A step of next to nothing leaves the picture as it is.
        options.rate = 1e-9
        _ = try network.inverter().invert(
            try InversionTarget(embedding: network.someEmbedding()), options: options)
        let inputs = network.inputs.withLock { $0 }
        let side = LinearNetwork.side
        for row in stride(from: 0, to: inputs[0].count, by: side) {
            let (plain, mirrored) = (inputs[0][row..<row + side], inputs[1][row..<row + side])
            #expect(zip(plain.reversed(), mirrored).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test func `pixels stay between black and white`() throws {
        let network = LinearNetwork()
        var options = Self.options(30)
        options.rate = 5
        _ = try network.inverter().invert(
            try InversionTarget(embedding: network.someEmbedding(), norm: 1000), options: options)
        #expect(network.inputs.withLock { $0.allSatisfy { $0.allSatisfy { abs($0) <= 1 } } })
    }

    @Test func `one seed gives one picture, bit for bit, another seed another`() throws {
        let target = try InversionTarget(embedding: LinearNetwork().someEmbedding())
        let pictures = try [0, 0, 1].map { seed in
            try LinearNetwork().inverter().invert(target, options: Self.options(40, seed: seed))
        }
        #expect(pictures[0].image == pictures[1].image && pictures[0].cosine == pictures[1].cosine)
        #expect(pictures[0].losses == pictures[1].losses)
        #expect(pictures[0].image != pictures[2].image)
    }

    @Test func `the loss falls and progress tells each step`() throws {
        let network = LinearNetwork()
        let steps = Locked<[InversionProgress]>([])
        let result = try network.inverter().invert(
            try InversionTarget(embedding: network.someEmbedding()), options: Self.options(60),
            progress: { step in steps.withLock { $0.append(step) } })
        let told = steps.withLock { $0 }
        #expect(told.map(\.iteration) == Array(1...60) && told.allSatisfy { $0.iterations == 60 })
        #expect(try #require(told.last).losses.sum < 0.2 * (try #require(told.first).losses.sum))
        #expect(told.last?.losses == result.losses)
        #expect(result.losses.variation > 0 && result.losses.length > 0)
    }

    @Test func `cancelled between two steps it gives no picture`() throws {
        let network = LinearNetwork()
        let target = try InversionTarget(embedding: network.someEmbedding())
        let done = Locked(0)
        #expect {
            try network.inverter().invert(
                target, options: Self.options(), progress: { step in done.withLock { $0 = step.iteration } },
                isCancelled: { done.withLock { $0 } == 7 })
        } throws: { error in
            if case InversionError.cancelled = error { true } else { false }
        }
        #expect(network.inputs.withLock { $0.count } == 7)
    }

    @Test func `what cannot be inverted is refused with the reason`() throws {
        let network = LinearNetwork()
        #expect(throws: InversionError.self) { try InversionTarget(embedding: []) }
        #expect(throws: InversionError.self) { try InversionTarget(embedding: [0, 0]) }
        #expect(throws: InversionError.self) { try InversionTarget(embedding: [1, .infinity]) }
        #expect(throws: InversionError.self) { try InversionTarget(embedding: [1, 0], norm: 0) }
        #expect(throws: InversionError.self) { try InversionTarget(embedding: [1, 0], norm: .nan) }
        let message = refusal { try network.inverter().invert(try InversionTarget(embedding: [1, 0, 0])) }
        #expect(message.contains("it has 3 numbers, the model linear makes 8"), "\(message)")
        let target = try InversionTarget(embedding: network.someEmbedding())
        let none = refusal { try network.inverter().invert(target, options: Self.options(0)) }
        #expect(none.contains("iterations is 0, allowed is 1 to 100000"), "\(none)")
        var still = Self.options()
        still.rate = 0
        #expect(refusal { try network.inverter().invert(target, options: still) }.contains("rate is 0.0"))
    }

    @Test func `a gradient that is not finite ends the descent`() throws {
        let network = LinearNetwork(brokenFrom: 5)
        let target = try InversionTarget(embedding: network.someEmbedding())
        let message = refusal { try network.inverter().invert(target, options: Self.options()) }
        #expect(message.contains("linear") && message.contains("not finite"), "\(message)")
    }

    @Test func `a raw embedding brings its length`() throws {
        #expect(try InversionTarget(embedding: [3, 4]).norm == 5)
        #expect(try InversionTarget(embedding: [0.6, 0.8]).norm == nil)
        #expect(try InversionTarget(embedding: [3, 4], norm: 7).norm == 7)
        #expect(try InversionTarget(embedding: [3, 4]).direction == [0.6, 0.8])
    }

    private func refusal(_ body: () throws -> InversionResult) -> String {
        do {
            _ = try body()
            return ""
        } catch { return "\(error)" }
    }
}

private func length(_ vector: [Float]) -> Float {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
}

private func cosine(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / (length(a) * length(b))
}

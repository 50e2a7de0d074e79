import Imaging

extension FaceEmbedder {
    /// Holds the network against the manifest's golden vector where there is one and the network takes crops
    /// of the test face's size; else sees that what it answers is sound.
    package func selfTest() throws(FacesError) -> SelfTestOutcome {
        if case .embedding(let golden)? = manifest.goldenAnswer, inputWidth == GoldenAnswer.faceSide,
            inputHeight == GoldenAnswer.faceSide
        {
            return try goldenTest(golden)
        }
        return try syntheticTest()
    }

    private func goldenTest(_ golden: [Float]) throws(FacesError) -> SelfTestOutcome {
        let vector = try embed([Image(selfTest: SelfTestPicture.face)])[0].vector
        if let difference = GoldenAnswer.difference(of: vector, from: golden, precision: precision) {
            throw failure(difference)
        }
        return SelfTestOutcome(
            model: manifest.name, isGolden: true,
            detail: "cosine with the golden vector \(GoldenAnswer.cosine(vector, golden))")
    }

    /// Embeds two synthetic pictures alone and together: unit vectors, the same each time, different from
    /// each other.
    private func syntheticTest() throws(FacesError) -> SelfTestOutcome {
        let pictures = [0.0, 1.0].map {
            SyntheticPicture.waves(width: inputWidth, height: inputHeight, phase: $0)
        }
        let together = try embed(pictures)
        for (picture, expected) in zip(pictures, together) {
            let length = expected.vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard abs(length - 1) < Self.tolerance else { throw failure("a vector has length \(length)") }
            guard Self.differ(try embed([picture])[0].vector, expected.vector) < Self.tolerance else {
                throw failure("the same picture gave different vectors")
            }
        }
        guard Self.differ(together[0].vector, together[1].vector) > 0 else {
            throw failure("different pictures gave the same vector")
        }
        return SelfTestOutcome(
            model: manifest.name, isGolden: false, detail: "gives sound answers (no golden ones to compare)")
    }

    /// Batches of different size add up in different order.
    private static let tolerance: Float = 1e-4

    private static func differ(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    private func failure(_ reason: String) -> FacesError {
        .selfTestFailed(model: manifest.name, reason: reason)
    }
}

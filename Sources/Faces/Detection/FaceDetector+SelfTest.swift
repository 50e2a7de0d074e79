import Imaging

extension FaceDetector {
    /// Holds the network against the manifest's golden faces where there are some and the network takes a
    /// canvas of their size; else sees that what it answers is sound.
    package func selfTest() throws(FacesError) -> SelfTestOutcome {
        if case .faces(let golden)? = manifest.goldenAnswer,
            let network = network.resized(to: .square(GoldenAnswer.detectorSize))
        {
            return try goldenTest(golden, of: network)
        }
        return try syntheticTest()
    }

    private func goldenTest(
        _ golden: [DetectedFace], of network: any DetectionNetwork
    ) throws(FacesError) -> SelfTestOutcome {
        let portrait = try Image(selfTest: SelfTestPicture.portrait)
        let faces = try Self.pass(
            of: network, over: DetectionView(DecodedPicture(portrait)), minimumScore: manifest.minimumScore)
        if let difference = GoldenAnswer.difference(of: faces, from: golden) { throw failure(difference) }
        return SelfTestOutcome(
            model: manifest.name, isGolden: true,
            detail: golden.count == 1 ? "finds the golden face" : "finds the \(golden.count) golden faces")
    }

    /// Runs the network twice on a synthetic picture, every cell a candidate: its outputs must have the
    /// layout's shapes, some finite numbers, and be the same both times.
    private func syntheticTest() throws(FacesError) -> SelfTestOutcome {
        let picture = SyntheticPicture.waves(width: canvas.width, height: canvas.height, phase: 0)
        let first = try network.detect(on: picture, minimumScore: 0)
        guard !first.isEmpty else { throw failure("none of its numbers is finite") }
        guard try network.detect(on: picture, minimumScore: 0) == first else {
            throw failure("the same picture gave different faces")
        }
        return SelfTestOutcome(
            model: manifest.name, isGolden: false, detail: "gives sound answers (no golden ones to compare)")
    }

    private func failure(_ reason: String) -> FacesError {
        .selfTestFailed(model: manifest.name, reason: reason)
    }
}

extension Image {
    /// A picture of the self-test, decoded.
    init(selfTest bytes: [UInt8]) throws(FacesError) {
        do { self = try SourceImage(bytes: bytes).decode() } catch { throw .image(error) }
    }
}

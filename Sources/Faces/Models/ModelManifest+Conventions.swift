extension ModelManifest {
    /// SCRFD as InsightFace publishes it.
    static func scrfd(
        name: String, licence: String? = nil, source: String? = nil, origin: Origin = .builtIn
    ) -> ModelManifest {
        ModelManifest(
            kind: .detector, name: name, colorOrder: .rgb, mean: [127.5, 127.5, 127.5],
            deviation: [128, 128, 128],
            licence: licence, source: source,
            priorArt:
                "Guo et al., Sample and Computation Redistribution for Efficient Face Detection, ICLR 2022",
            origin: origin)
    }

    /// YuNet as OpenCV Zoo publishes it: grey levels as they are.
    static func yuNet(
        name: String, licence: String? = nil, source: String? = nil, origin: Origin = .builtIn
    ) -> ModelManifest {
        ModelManifest(
            kind: .detector, name: name, colorOrder: .bgr, mean: [0, 0, 0], deviation: [1, 1, 1],
            licence: licence,
            source: source,
            priorArt:
                "Wu, Peng, Yu, YuNet: A Tiny Millisecond-level Face Detector, 2023",
            origin: origin)
    }

    /// A recogniser of InsightFace's convention: RGB, (value - 127.5) / 127.5.
    static func insightFace(
        name: String, width: Int, height: Int, threshold: Float = defaultThreshold, licence: String? = nil,
        source: String? = nil, origin: Origin = .builtIn
    ) -> ModelManifest {
        ModelManifest(
            kind: .recognizer, name: name, inputWidth: width, inputHeight: height, colorOrder: .rgb,
            mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5], threshold: threshold,
            licence: licence,
            source: source, priorArt: arcFacePaper, origin: origin)
    }

    /// The paper that ArcFace recognisers go back to.
    static let arcFacePaper =
        "Deng et al., ArcFace: Additive Angular Margin Loss for Deep Face Recognition, IEEE TPAMI 2022"
}

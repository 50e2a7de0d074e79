package import Faces
import Foundation
package import Imaging
package import Kernels

/// Detecting and embedding through the inference queue: everything that needs the networks and no database.
package final class FaceRecognition: Sendable {
    package typealias Queue = InferenceQueue<AlignedCrop, AnalysedFace>

    package let analyzer: any FaceAnalyzing
    /// The recognizer, asked for once.
    package let model: ModelDescription
    package let queue: Queue
    let decodeLimits: DecodeLimits
    let cropQuality: Int
    /// Images that one request may carry.
    let maxImages: Int
    /// Faces of an image that are cut out and embedded.
    let maxFaces: Int

    package init(
        analyzer: any FaceAnalyzing, configuration: Configuration,
        observeWait: @escaping @Sendable (String, Double) -> Void = { _, _ in }
    ) {
        self.analyzer = analyzer
        model = analyzer.recognizer
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let workers = configuration.inferenceWorkers
        queue = Queue(
            limits: .init(
                workers: workers == 0 ? cores : workers, waiting: configuration.inferenceQueueLimit,
                batch: configuration.inferenceBatchSize, batchWait: configuration.inferenceBatchWait),
            observeWait: observeWait, embed: { try analyzer.analyse($0) })
        decodeLimits = DecodeLimits(configuration)
        cropQuality = configuration.galleriesCropQuality
        maxImages = configuration.inferenceMaxImages
        maxFaces = configuration.inferenceMaxFaces
    }

    /// Loads both models of the configuration.
    package static func analyzer(for configuration: Configuration) throws -> any FaceAnalyzing {
        PipelineAnalyzer(try pipeline(for: configuration, threads: threads(for: configuration)))
    }

    /// Threads of one run of a network.
    package static func threads(for configuration: Configuration) -> Int {
        let threads = configuration.modelsThreads
        return threads == 0 ? min(ProcessInfo.processInfo.activeProcessorCount, mostThreads) : threads
    }

    /// More threads than this gain little for one face, and cost a core each while they wait for the next
    /// kernel.
    private static let mostThreads = 8

    /// Loads both models of the configuration, beside each other, for runs of `threads` threads.
    ///
    /// - Parameter precision: the recogniser's, instead of the configuration's.
    package static func pipeline(
        for configuration: Configuration, threads: Int, precision: Precision? = nil
    ) throws -> FacePipeline {
        let (detector, recognizer) = (
            try configuration.modelSource(.detector), try configuration.modelSource(.recognizer)
        )
        var loadedDetector: Result<FaceDetector, any Error>?
        var loadedEmbedder: Result<FaceEmbedder, any Error>?
        WorkerPool(threads: 2).run(2) { index in
            if index == 0 {
                loadedEmbedder = Result {
                    try FaceEmbedder(
                        recognizer, threads: threads,
                        precision: precision ?? configuration.modelsRecognizerPrecision)
                }
            } else {
                loadedDetector = Result {
                    try FaceDetector(detector, inputSize: detectorSize(configuration), threads: threads)
                }
            }
        }
        return FacePipeline(detector: try loadedDetector!.get(), embedder: try loadedEmbedder!.get())
    }

    /// The size only where somebody gave one; a file of fixed size has its own whatever is given.
    private static func detectorSize(_ configuration: Configuration) -> Int? {
        configuration.origin(of: "models.detector_size") == .builtIn ? nil : configuration.modelsDetectorSize
    }

    /// An image with its faces analysed.
    struct Analysis: Sendable {
        let width: Int
        let height: Int
        let faces: [AnalysedFace]
    }

    /// Decodes, detects, aligns and embeds; needs a place in the queue.
    func analyse(_ image: [UInt8], _ options: FaceOptions) async throws -> Analysis {
        let timings = StageTimings.current ?? StageTimings()
        let start = ContinuousClock.now
        let (cut, faces) = try await queue.embed {
            timings.add(.queue, (ContinuousClock.now - start).inSeconds)
            let (width, height, crops) = try self.crops(of: image, options, timings)
            return ((width: width, height: height, end: ContinuousClock.now), crops)
        }
        timings.add(.embed, (ContinuousClock.now - cut.end).inSeconds)
        return Analysis(width: cut.width, height: cut.height, faces: faces)
    }

    /// Decodes, detects and aligns; needs a place in the queue.
    func cut(_ image: [UInt8], _ options: FaceOptions) async throws -> (Int, Int, [AlignedCrop]) {
        try await onWorker { try self.crops(of: image, options, $0) }
    }

    private func crops(
        of image: [UInt8], _ options: FaceOptions, _ timings: StageTimings
    ) throws -> (Int, Int, [AlignedCrop]) {
        let source = try timings.measure(.decode) { try SourceImage(bytes: image, limits: decodeLimits) }
        let crops =
            options.aligned
            ? try timings.measure(.align) { [try analyzer.alignedCrop(from: source)] }
            : try detectAndCrop(source, options, timings)
        return (source.width, source.height, crops)
    }

    private func detectAndCrop(
        _ source: SourceImage, _ options: FaceOptions, _ timings: StageTimings
    ) throws -> [AlignedCrop] {
        let picture = try timings.measure(.decode) { try source.decodePicture() }
        var detection = DetectionOptions(options)
        // One more, to see that there are more.
        detection.maximumFaces = min(options.maxFaces ?? .max, maxFaces + 1)
        let crops = try timings.measure(.detect) {
            try analyzer.detectAndCrop(
                in: picture, mayBeTurned: !source.carriesOrientation, options: detection)
        }
        try refuseTooMany(crops.count, options)
        return crops
    }

    private func refuseTooMany(_ count: Int, _ options: FaceOptions) throws {
        let found = count > maxFaces ? "more than \(maxFaces)" : String(count)
        if let most = options.refusesOver, count > most {
            throw Problem(
                .multipleFaces,
                "\(found) faces were found where \(most) may be; select=largest takes the largest")
        }
        guard count <= maxFaces else {
            throw Problem(
                .multipleFaces,
                "\(found) faces were found, and inference.max_faces allows no more; max_faces takes the largest, "
                    + "min_score and min_size leave some out")
        }
    }

    /// Runs `work` on a worker of the queue, noting how long it waited for one.
    func onWorker<R: Sendable>(_ work: @escaping @Sendable (StageTimings) throws -> R) async throws -> R {
        let timings = StageTimings.current ?? StageTimings()
        let start = ContinuousClock.now
        return try await queue.analyse {
            timings.add(.queue, (ContinuousClock.now - start).inSeconds)
            return try work(timings)
        }
    }
}

extension DecodeLimits {
    /// The limits that the configuration sets.
    package init(_ configuration: Configuration) {
        self.init(
            maximumBytes: configuration.decodeMaxImageBytes, maximumPixels: configuration.decodeMaxPixels,
            maximumSide: configuration.decodeMaxSide)
    }
}

extension DetectionOptions {
    /// The detector's part of the options of a request.
    init(_ options: FaceOptions) {
        self.init(
            maximumFaces: options.maxFaces, minimumScore: options.minScore, minimumSize: options.minSize)
    }
}

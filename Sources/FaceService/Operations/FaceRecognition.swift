package import Faces
import Foundation
import Imaging

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
        decodeLimits = DecodeLimits(
            maximumBytes: configuration.decodeMaxImageBytes, maximumPixels: configuration.decodeMaxPixels,
            maximumSide: configuration.decodeMaxSide)
        cropQuality = configuration.galleriesCropQuality
        maxImages = configuration.inferenceMaxImages
    }

    /// Loads both models of the configuration; throws ``StartError`` that says how to give one that is
    /// missing.
    package static func analyzer(for configuration: Configuration) throws -> any FaceAnalyzing {
        let detector = try path(configuration.modelsDetector, .detector, "models.detector", configuration)
        let recognizer = try path(
            configuration.modelsRecognizer, .recognizer, "models.recognizer", configuration)
        let pipeline = FacePipeline(
            detector: try FaceDetector(
                modelAt: detector, inputSize: detectorSize(configuration),
                threads: configuration.modelsThreads),
            embedder: try FaceEmbedder(modelAt: recognizer, threads: configuration.modelsThreads))
        return PipelineAnalyzer(pipeline)
    }

    /// The size only where somebody gave one: a file of fixed size refuses any other than its own.
    private static func detectorSize(_ configuration: Configuration) -> Int? {
        configuration.origin(of: "models.detector_size") == .builtIn ? nil : configuration.modelsDetectorSize
    }

    private static func path(
        _ path: String?, _ kind: StartError.Model, _ key: String, _ configuration: Configuration
    ) throws -> String {
        guard let text = path else { throw StartError.modelMissing(kind) }
        let path = try resolved(text, kind, key, configuration)
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw configuration.wrong(key, "there is no readable file at \(path)")
        }
        return path
    }

    /// The file that a path or a name stands for.
    private static func resolved(
        _ text: String, _ kind: StartError.Model, _ key: String, _ configuration: Configuration
    ) throws -> String {
        do throws(ModelStoreError) {
            return try ModelReference(text).path(
                of: kind == .detector ? .detector : .recognizer, in: ModelStore(configuration))
        } catch {
            throw configuration.wrong(key, error.description)
        }
    }

    /// An image with its faces analysed.
    struct Analysis: Sendable {
        let width: Int
        let height: Int
        let faces: [AnalysedFace]
    }

    /// Decodes, detects, aligns and embeds; needs a place in the queue.
    func analyse(_ image: [UInt8], _ options: FaceOptions) async throws -> Analysis {
        let (width, height, crops) = try await cut(image, options)
        let faces = try await timed(.embed) { try await queue.embed(crops) }
        return Analysis(width: width, height: height, faces: faces)
    }

    /// Decodes, detects and aligns; needs a place in the queue.
    func cut(_ image: [UInt8], _ options: FaceOptions) async throws -> (Int, Int, [AlignedCrop]) {
        try await onWorker { [analyzer, decodeLimits] timings in
            let source = try timings.measure(.decode) { try SourceImage(bytes: image, limits: decodeLimits) }
            let crops =
                options.aligned
                ? try timings.measure(.align) { [try analyzer.alignedCrop(from: source)] }
                : try timings.measure(.detect) {
                    try analyzer.detectAndCrop(in: source, options: DetectionOptions(options))
                }
            return (source.width, source.height, crops)
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

extension DetectionOptions {
    /// The detector's part of the options of a request.
    init(_ options: FaceOptions) {
        self.init(
            maximumFaces: options.maxFaces, minimumScore: options.minScore, minimumSize: options.minSize)
    }
}

/// Why the service does not start.
package enum StartError: Error, Equatable, Sendable, CustomStringConvertible {
    /// One of the two networks a service needs.
    package enum Model: String, Sendable { case detector, recognizer }

    case modelMissing(Model)

    package var description: String {
        switch self {
        case .modelMissing(let model):
            """
            no face \(model.rawValue) is given: name an ONNX file with the option --\(model.rawValue) FILE, the \
            environment variable ARCFACE_MODELS_\(model.rawValue.uppercased())=FILE, or the key \
            models.\(model.rawValue) of the configuration file (--config)
            """
        }
    }
}

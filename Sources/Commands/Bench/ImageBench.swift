import Encodings
import FaceService
import Faces
import Foundation
import Imaging
import Kernels
import Locks

/// Times the way from image files to embeddings, stage by stage, without a server around it: what the service
/// is held against.
struct ImageBench {
    private let files: [[UInt8]]
    private let pipeline: FacePipeline
    private let limits: DecodeLimits
    private let threads, workers: Int
    private let seconds: Double

    /// Loads the models and reads the files.
    init(_ arguments: ParsedArguments) throws {
        let configuration = try ServiceOptions.configuration(arguments)
        limits = DecodeLimits(configuration)
        threads = try arguments.int("--threads", in: 1...256) ?? 1
        workers = try arguments.int("--workers", in: 1...256) ?? 1
        seconds = try arguments.double("--seconds", in: 0.01...3600) ?? 2
        let paths = arguments.operands.dropFirst()
        guard !paths.isEmpty else { throw UsageError("`bench image` needs the files of one image or more") }
        files = try paths.map { [limits] in try FileBytes.image($0, limit: limits.maximumBytes) }
        pipeline = try FaceRecognition.pipeline(for: configuration, threads: threads)
    }

    /// Measures and prints; returns the exit status.
    func run(json: Bool, _ console: Console) throws -> Int32 {
        let faces = try files.map { try times(of: $0).faces }.reduce(0, +)
        _ = try measure(for: .seconds(min(1, seconds)))
        let processor = Self.processorSeconds
        let (samples, elapsed) = try measure(for: .seconds(seconds))
        let spent = Self.processorSeconds - processor
        let report = ImageBenchReport(
            files: files.count, faces: faces, threads: threads, workers: workers, samples: samples,
            imagesPerSecond: Double(samples.count) / elapsed.seconds,
            processorMilliseconds: spent * 1e3 / Double(samples.count))
        console.print(json ? try JSONText.of(report) : report.text)
        return 0
    }

    /// Of all threads of this process.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Every worker takes the next file, again and again; each makes one round at the least.
    private func measure(for duration: Duration) throws -> ([ImageBenchReport.Sample], Duration) {
        let clock = ContinuousClock()
        let turn = Locked(0)
        let outcome = Locked<Result<[ImageBenchReport.Sample], any Error>>(.success([]))
        let start = clock.now
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            let own = Result { () throws -> [ImageBenchReport.Sample] in
                var samples: [ImageBenchReport.Sample] = []
                repeat {
                    let index = turn.withLock { turn in
                        defer { turn += 1 }
                        return turn
                    }
                    samples.append(try BusyThreads.working { try times(of: files[index % files.count]) })
                } while clock.now - start < duration
                return samples
            }
            outcome.withLock { all in all = Result { try all.get() + own.get() } }
        }
        let elapsed = clock.now - start
        return (try outcome.withLock { try $0.get() }, elapsed)
    }

    private func times(of bytes: [UInt8]) throws -> ImageBenchReport.Sample {
        var sample = ImageBenchReport.Sample()
        let clock = ContinuousClock()
        func timed<R>(_ stage: WritableKeyPath<ImageBenchReport.Sample, Double>, _ body: () throws -> R)
            rethrows -> R
        {
            let start = clock.now
            defer { sample[keyPath: stage] = (clock.now - start).milliseconds }
            return try body()
        }
        let (picture, mayBeTurned) = try timed(\.decode) {
            let source = try SourceImage(bytes: bytes, limits: limits)
            return (try source.decodePicture(), !source.carriesOrientation)
        }
        let faces = try timed(\.detect) {
            try pipeline.detector.detect(in: picture, mayBeTurned: mayBeTurned)
        }
        let crops = try timed(\.align) { try pipeline.crops(of: faces, in: picture) }
        _ = try timed(\.embed) { try pipeline.analyse(crops) }
        sample.faces = faces.count
        return sample
    }
}

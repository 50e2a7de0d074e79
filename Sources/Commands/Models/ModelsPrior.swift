import Encodings
import FaceService
import Faces
import Foundation
import Imaging
import Inference
import Inversion
import Kernels

/// `arcface models prior FOLDER`.
enum ModelsPrior {
    static let defaultFaces = 500

    /// Only `models prior` has these; the others are known to every command with models.
    static let options: [Option] = [
        .value("--recognizer", "FILE|NAME", "prior: of this recogniser instead of the built-in one"),
        .value("--detector", "FILE|NAME", "prior: finds the faces instead of the built-in one"),
        .value("--output", "FILE", "prior: where it goes (MODEL.onnx.prior, beside the model)"),
        .value("--faces", "N", "prior: take at most so many, drawn from all files (\(defaultFaces))"),
        .flag("--aligned", "prior: the images are aligned crops already"),
    ]

    /// Crops that go through the network together.
    private static let batch = 16

    static func run(_ arguments: ParsedArguments, _ console: Console) async throws {
        let most = try arguments.int("--faces", in: PriorRecorder.leastFaces...100_000) ?? defaultFaces
        let configuration = try ServiceOptions.configuration(arguments)
        let source = try configuration.modelSource(.recognizer)
        let output = try output(arguments, source)
        let file = OutputFile(path: output)
        try file.check()
        let folder = try PhotographFolder(at: arguments.operands[1])
        folder.skipped.forEach(console.note)
        let report = try await onThread {
            let prior = try record(folder.files, source, configuration, arguments, most: most, console)
            try file.write(prior.encoded())
            return PriorReport(prior, output: output, images: folder.files.count)
        }
        console.print(arguments.has("--json") ? try JSONText.of(report) : report.text)
    }

    /// Beside the model; the built-in one has no place of its own.
    private static func output(_ arguments: ParsedArguments, _ source: ModelSource) throws(UsageError)
        -> String
    {
        if let output = arguments.string("--output") { return output }
        guard case .file(let path) = source else {
            throw UsageError("option --output is required for the built-in recogniser")
        }
        return InversionPrior.path(besideModel: path)
    }

    private static func record(
        _ files: [String], _ source: ModelSource, _ configuration: Configuration,
        _ arguments: ParsedArguments, most: Int, _ console: Console
    ) throws -> InversionPrior {
        let threads = FaceRecognition.threads(for: configuration)
        // Gradients have no other precision.
        let pipeline = try FaceRecognition.pipeline(for: configuration, threads: threads, precision: .float32)
        var recorder = try PriorRecorder(source, embedder: pipeline.embedder, threads: threads)
        defer { console.endProgress() }
        var crops: [Image] = []
        // Folders are sorted by names: the first few hundred files would be few people.
        var generator = SplitMix64(seed: 0)
        for file in files.shuffled(using: &generator) {
            guard recorder.count + crops.count < most else { break }
            do {
                crops.append(
                    try crop(of: file, pipeline, configuration, aligned: arguments.has("--aligned")))
            } catch {
                console.endProgress()
                console.note("\(file.shown): skipped: \(CommandFailure.reason(of: error))")
            }
            guard crops.count == batch else { continue }
            try recorder.add(crops)
            crops.removeAll()
            console.progress("prior: \(recorder.count) of \(min(most, files.count)) faces")
        }
        try recorder.add(crops)
        return try recorder.finish()
    }

    /// The largest face of a photograph.
    private static func crop(
        of file: String, _ pipeline: FacePipeline, _ configuration: Configuration, aligned: Bool
    ) throws -> Image {
        let bytes = try FileBytes.image(file, limit: configuration.decodeMaxImageBytes)
        let source = try SourceImage(bytes: bytes, limits: DecodeLimits(configuration))
        if aligned { return try pipeline.alignedCrop(from: source).image }
        let crops = try pipeline.detectAndCrop(in: source, options: DetectionOptions(maximumFaces: 1))
        guard let crop = crops.first else { throw CommandFailure("no face") }
        return crop.image
    }
}

/// What `models prior` prints.
private struct PriorReport: Encodable {
    let output, model: String
    /// Files that there were to draw from.
    let images: Int
    let faces: Int
    let norm: Float
    /// Values of the network whose statistics it holds, and their channels in all.
    let sites, channels: Int

    init(_ prior: InversionPrior, output: String, images: Int) {
        self.output = output
        self.images = images
        model = prior.modelName
        faces = prior.faces
        norm = prior.norm
        sites = prior.sites.count
        channels = prior.sites.reduce(0) { $0 + $1.mean.count }
    }

    var text: String {
        "\(output.shown): the prior of \(model) over \(faces) faces; median length of an embedding \(norm.fixed(2)), "
            + "statistics of \(channels) channels of \(sites) values"
    }
}

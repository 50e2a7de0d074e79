import Encodings
import FaceService
import Faces
import Foundation
import Imaging
import Inversion
import Locks

/// `arcface invert`.
enum InvertCommand: Command {
    static let name = "invert"
    static let summary = "Makes a face picture of an embedding, to see what an embedding knows"
    static let discussion = """
        A picture is changed, by the gradient of the recogniser and nothing else, until the recogniser answers with the
        embedding (ArcFace, TPAMI, section 3.3). It shows that an embedding is personal data, and so is a picture made
        of one: keep both as you would keep the photograph; the file is its owner's alone (0600). The cosine that is reported is the attacked network's own
        and says only that the descent came down; whether the person is to be recognised another network has to say.
        The face comes from a file, an enrolled identity, or a photograph. A prior (`arcface models prior`) makes the
        picture a face: it is looked for beside the model, as MODEL.onnx.prior. The same seed on the same machine gives
        the same picture.
        """
    static let options =
        ServiceOptions.models + InvertedFace.options + [
            .value("--output", "FILE.png", "where the picture goes"),
            .value("--iterations", "N", "steps (\(InversionOptions().iterations))"),
            .value("--seed", "N", "of the noise at the start (0)"),
            .value(
                "--norm", "L",
                "length that the raw embedding had, if it is known (the face's own, or the prior's)"),
            .value("--prior", "FILE", "the recogniser's prior, instead of the one beside it"),
            .flag("--json", "one object"),
        ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let face = try InvertedFace(arguments)
        let output = OutputFile(path: try arguments.required("--output"), isPrivate: true)
        var options = InversionOptions()
        options.iterations =
            try arguments.int("--iterations", in: InversionOptions.iterationRange) ?? options.iterations
        options.seed = UInt64(try arguments.int("--seed", in: 0...Int.max) ?? 0)
        let norm = try arguments.double("--norm", in: 1e-6...1e6).map { Float($0) }
        let configuration = try ServiceOptions.configuration(arguments)
        // Known before minutes of work, not after.
        try output.check()
        var embedding = try await face.embedding(configuration, console)
        if let norm { embedding.norm = norm }
        let recognizer = try InvertedRecognizer(configuration, prior: arguments.string("--prior"))
        try recognizer.check(embedding)
        let start = ContinuousClock.now
        let signals = TerminationSignals()
        defer { signals.end() }
        let inverter = try recognizer.inverter(options)
        guard let result = try await invert(embedding, by: inverter, options, console, signals) else {
            console.note("interrupted; nothing was written")
            return TerminationSignals.exitStatus(signals.received ?? SIGINT)
        }
        try output.write(result.image.png())
        let report = InvertReport(
            result, output: output.path, model: recognizer.name, seed: options.seed,
            prior: recognizer.hasPrior,
            seconds: (ContinuousClock.now - start).seconds)
        console.print(arguments.has("--json") ? try JSONText.of(report) : report.text)
        return 0
    }

    /// A first SIGINT or SIGTERM gives the work up between two steps; nil then.
    private static func invert(
        _ embedding: NamedEmbedding, by inverter: Inverter, _ options: InversionOptions, _ console: Console,
        _ signals: TerminationSignals
    ) async throws -> InversionResult? {
        let target = try InversionTarget(embedding: embedding.vector, norm: embedding.norm)
        let isCancelled = Locked(false)
        let watch = Task {
            await signals.first()
            isCancelled.withLock { $0 = true }
        }
        defer {
            watch.cancel()
            console.endProgress()
        }
        do {
            return try await onThread {
                try inverter.invert(
                    target, options: options,
                    progress: { step in
                        console.progress(
                            "invert: \(step.iteration) of \(step.iterations), loss \(step.losses.sum.fixed(4))"
                        )
                    }, isCancelled: { isCancelled.withLock { $0 } })
            }
        } catch InversionError.cancelled {
            return nil
        }
    }
}

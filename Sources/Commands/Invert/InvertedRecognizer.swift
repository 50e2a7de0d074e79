import FaceService
import Faces
import Inversion

/// The network under attack, with its prior.
struct InvertedRecognizer {
    private let source: ModelSource
    private let embedder: FaceEmbedder
    private let prior: InversionPrior?
    private let threads: Int

    /// Loads the recogniser of the configuration and its prior, that of `file` or the one beside the model.
    init(_ configuration: Configuration, prior file: String?) throws {
        source = try configuration.modelSource(.recognizer)
        threads = FaceRecognition.threads(for: configuration)
        embedder = try FaceEmbedder(source, threads: threads)
        guard let file else {
            prior = try InversionPrior.beside(source, for: embedder)
            return
        }
        let given = try InversionPrior(readingFrom: file)
        try given.check(for: embedder, file: file)
        prior = given
    }

    var name: String { embedder.manifest.name }
    var hasPrior: Bool { prior != nil }

    /// Throws unless an embedding can be this recogniser's.
    func check(_ embedding: NamedEmbedding) throws(CommandFailure) {
        if let fingerprint = embedding.fingerprint, fingerprint != embedder.fingerprint {
            throw CommandFailure(
                "the embedding is of another model (\(fingerprint.prefix(12))) than \(name) "
                    + "(\(embedder.fingerprint.prefix(12))); --recognizer names the one that made it")
        }
        guard embedding.vector.count == embedder.dimension else {
            throw CommandFailure(
                "the embedding has \(embedding.vector.count) numbers, but \(name) makes \(embedder.dimension)"
            )
        }
    }

    /// The descent on it.
    func inverter(_ options: InversionOptions) throws(InversionError) -> Inverter {
        try Inverter(source, embedder: embedder, prior: prior, threads: threads, options: options)
    }
}

import Faces
package import Inversion

/// The recogniser of a configuration as a network under attack, with its prior.
package struct InvertedRecognizer: Sendable {
    private let source: ModelSource
    private let embedder: FaceEmbedder
    private let prior: InversionPrior?
    private let threads: Int

    /// Loads the recogniser and its prior, that of `file` or the one beside the model.
    package init(_ configuration: Configuration, prior file: String? = nil) throws {
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

    package var name: String { embedder.manifest.name }
    package var fingerprint: String { embedder.fingerprint }
    /// Numbers of an embedding.
    package var dimension: Int { embedder.dimension }
    package var hasPrior: Bool { prior != nil }

    /// The descent on it, whose losses have the weights of `options`.
    package func inverter(_ options: InversionOptions = .init()) throws(InversionError) -> Inverter {
        try Inverter(source, embedder: embedder, prior: prior, threads: threads, options: options)
    }
}

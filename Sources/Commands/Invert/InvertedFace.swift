import FaceService
import Faces
import Gallery

/// What `arcface invert` is asked for: one of three ways to name a face.
enum InvertedFace {
    case file(String)
    case identity(IdentityName, in: GalleryName)
    case photograph(String, aligned: Bool)

    static let options: [Option] = [
        .value("--embedding", "FILE", "JSON: an array of numbers, or an answer of `embed --json` or /embed"),
        .value("--gallery", "G", "the gallery of --identity"),
        .value("--identity", "NAME", "the centre of an enrolled identity's faces"),
        .value("--image", "PHOTO", "a photograph, whose largest face is embedded first: to try it out"),
        .flag("--aligned", "the photograph is an aligned crop already"),
    ]

    /// Throws unless exactly one way is taken.
    init(_ arguments: ParsedArguments) throws(UsageError) {
        let ways = ["--embedding", "--identity", "--image"].filter(arguments.has)
        guard ways.count == 1 else {
            throw UsageError(
                ways.isEmpty
                    ? "one of --embedding, --identity and --image is required"
                    : "\(ways.joined(separator: " and ")) do not go together")
        }
        for (option, owner) in [("--gallery", "--identity"), ("--aligned", "--image")]
        where arguments.has(option) && !arguments.has(owner) {
            throw UsageError("option \(option) needs \(owner)")
        }
        if let file = arguments.string("--embedding") {
            self = .file(file)
        } else if let photograph = arguments.string("--image") {
            self = .photograph(photograph, aligned: arguments.has("--aligned"))
        } else {
            let gallery = try ServiceOptions.gallery(arguments)
            do throws(GalleryError) {
                self = .identity(try IdentityName(arguments.string("--identity") ?? ""), in: gallery)
            } catch { throw UsageError("--identity: \(error)") }
        }
    }

    /// The embedding and what is known of it.
    func embedding(_ configuration: Configuration, _ console: Console) async throws -> NamedEmbedding {
        switch self {
        case .file(let path):
            return try NamedEmbedding(readingFrom: path)
        case .identity(let identity, let gallery):
            return try await ServiceAccess.application(configuration, console) { application in
                let mean = try await application.meanFace(of: identity, in: gallery)
                return NamedEmbedding(
                    vector: mean.embedding, norm: mean.norm,
                    fingerprint: application.modelContract.fingerprint)
            }
        case .photograph(let path, let aligned):
            let image = try FileBytes.image(path, limit: configuration.decodeMaxImageBytes)
            var options = FaceOptions()
            (options.maxFaces, options.aligned) = (1, aligned)
            return try await ServiceAccess.recognition(configuration) { [options] recognition in
                let answer = try await recognition.embed(image, options)
                guard let face = answer.faces.first else {
                    throw CommandFailure(file: path, "shows no face", code: .faceNotFound)
                }
                return NamedEmbedding(
                    vector: face.embedding, norm: face.quality.embeddingNorm,
                    fingerprint: recognition.model.fingerprint)
            }
        }
    }
}

import FaceService
import Gallery

/// `arcface identify`.
enum IdentifyCommand: Command {
    static let name = "identify"
    static let summary = "Looks the faces of images up in a gallery"
    static let operands = Operands.atLeastOne("IMAGE...")
    static let options =
        ServiceOptions.models + [.value("--gallery", "G", "the gallery")]
        + ServiceOptions.faces + [
            .value("--top", "N", "identities a face (5)"),
            .value("--threshold", "COSINE", "least similarity (the gallery's, else the model's)"),
            .flag("--json", "an object a line, as POST /identify answers"),
        ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let gallery = try ServiceOptions.gallery(arguments)
        let options = try ServiceOptions.faceOptions(arguments, maxFaces: nil)
        var search = FaceApplication.IdentifyOptions()
        search.top = try arguments.int("--top", in: 1...1000) ?? search.top
        search.threshold = try arguments.double("--threshold", in: -1...1).map { Float($0) }
        let configuration = try ServiceOptions.configuration(arguments)
        let loop = ImageLoop(
            files: arguments.operands, limit: configuration.decodeMaxImageBytes,
            json: arguments.has("--json"), console: console)
        return try await ServiceAccess.application(configuration, console) { [search] application in
            _ = try await application.store.gallery(gallery)
            return await loop.run({ try await application.identify(.image($0), in: gallery, options, search) }
            ) { answer in
                answer.faces.map(text)
            }
        }
    }

    private static func text(_ face: IdentifyAnswer.Face) -> String {
        let place = face.face.map { FaceText.line($0) + ": " } ?? ""
        guard !face.matches.isEmpty else {
            let best = face.bestBelowThreshold.map { ", best similarity \($0.fixed(4))" } ?? ""
            return place + "unknown" + best
        }
        return place + face.matches.map { "\($0.identity) \($0.similarity.fixed(4))" }.joined(separator: ", ")
    }
}

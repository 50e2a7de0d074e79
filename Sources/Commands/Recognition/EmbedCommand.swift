import FaceService

/// `arcface embed`.
enum EmbedCommand: Command {
    static let name = "embed"
    static let summary = "Makes embeddings of the faces of images"
    static let operands = Operands.atLeastOne("IMAGE...")
    static let options =
        ServiceOptions.models + ServiceOptions.faces + [
            .flag("--json", "an object a line, as POST /embed answers")
        ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let options = try ServiceOptions.faceOptions(arguments, maxFaces: nil)
        let configuration = try ServiceOptions.configuration(arguments)
        let loop = ImageLoop(
            files: arguments.operands, limit: configuration.decodeMaxImageBytes,
            json: arguments.has("--json"), console: console)
        return try await ServiceAccess.recognition(configuration) { recognition in
            await loop.run({ try await recognition.embed($0, options) }) { answer in
                answer.faces.map { face in
                    FaceText.line(face.face) + "\n  "
                        + face.embedding.map { $0.fixed(5) }.joined(separator: " ")
                }
            }
        }
    }
}

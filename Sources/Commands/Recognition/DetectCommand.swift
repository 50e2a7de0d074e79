import FaceService

/// `arcface detect`.
enum DetectCommand: Command {
    static let name = "detect"
    static let summary = "Finds the faces of images"
    static let operands = Operands.atLeastOne("IMAGE...")
    static let options =
        ServiceOptions.models + ServiceOptions.faces + [
            .flag("--json", "an object a line, as POST /detect answers")
        ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let options = try ServiceOptions.faceOptions(arguments, maxFaces: nil)
        let configuration = try ServiceOptions.configuration(arguments)
        let loop = ImageLoop(
            files: arguments.operands, limit: configuration.decodeMaxImageBytes,
            json: arguments.has("--json"), console: console)
        return try await ServiceAccess.recognition(configuration) { recognition in
            await loop.run({ try await recognition.detect($0, options) }) { answer in
                answer.faces.isEmpty ? ["no face"] : answer.faces.map(FaceText.line)
            }
        }
    }
}

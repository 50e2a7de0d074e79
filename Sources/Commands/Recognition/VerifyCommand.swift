import Encodings
import FaceService

/// `arcface verify`.
enum VerifyCommand: Command {
    static let name = "verify"
    static let summary = "Says whether two images show the same person"
    static let operands = Operands.exactly(2, "IMAGE IMAGE")
    static let options =
        ServiceOptions.models + ServiceOptions.faces + [
            .value("--threshold", "COSINE", "least similarity of the same person (the model's)"),
            .flag("--json", "one object, as POST /verify answers"),
        ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let options = try ServiceOptions.faceOptions(arguments, maxFaces: 1)
        let threshold = try arguments.double("--threshold", in: -1...1).map { Float($0) }
        let configuration = try ServiceOptions.configuration(arguments)
        let images = try arguments.operands.map {
            try FileBytes.image($0, limit: configuration.decodeMaxImageBytes)
        }
        return try await ServiceAccess.recognition(configuration) { recognition in
            let answer = try await recognition.verify(
                .image(images[0]), .image(images[1]), options, threshold: threshold,
                names: (arguments.operands[0], arguments.operands[1]))
            console.print(arguments.has("--json") ? answer.json.jsonText() : text(answer))
            return 0
        }
    }

    private static func text(_ answer: VerifyAnswer) -> String {
        "\(answer.isSame ? "same person" : "different people"): similarity \(answer.similarity.fixed(4)), "
            + "threshold \(answer.threshold.fixed(4))"
    }
}

import Gallery
import SubCenter

/// The photographs of an evaluation: those of a list of pairs, those of a folder of people, or both.
struct EvaluationMaterial {
    let pairs: PairsFile?
    private let people: [PersonFolders.Person]?
    private let folder: String

    /// - Throws: `UsageError` where nothing is to be done, or a plot is of what is not measured.
    init(_ arguments: ParsedArguments) throws {
        folder = try arguments.required("--images")
        let hasPairs = arguments.has("--pairs")
        guard hasPairs || arguments.has("--open-set") else {
            throw UsageError("option --pairs or --open-set is required")
        }
        for option in ["--plot", "--histogram", "--scores"] where arguments.has(option) && !hasPairs {
            throw UsageError("\(option) needs --pairs")
        }
        if arguments.has("--open-set-plot"), !arguments.has("--open-set") {
            throw UsageError("--open-set-plot needs --open-set")
        }
        pairs = try arguments.string("--pairs").map { try PairsFile(at: $0) }
        people = arguments.has("--open-set") ? try PersonFolders(at: folder).everybody() : nil
    }

    /// Every file once, sorted.
    var files: [String] {
        let ofPairs = pairs?.pairs.flatMap { [path($0.first), path($0.second)] } ?? []
        return PhotographVectors.distinct(ofPairs + (people?.flatMap(\.files) ?? []))
    }

    func trials(of file: PairsFile, _ vectors: PhotographVectors) -> [VerificationTrial] {
        file.pairs.map { pair in
            guard let first = vectors[path(pair.first)], let second = vectors[path(pair.second)] else {
                return .faceNotFound(same: pair.same)
            }
            return VerificationTrial(
                similarity: zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }, same: pair.same)
        }
    }

    /// The people of an open set; nil where none is asked for.
    func people(_ vectors: PhotographVectors) -> [OpenSetProtocol.Person]? {
        people?.map { person in
            .init(name: person.identity.text, photographs: person.files.map { vectors[$0] })
        }
    }

    /// As `PersonFolders` writes it.
    private func path(_ image: PairImage) -> String { folder + "/" + image.relativePath }
}

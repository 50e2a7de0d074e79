import Encodings
import FaceService
import Faces
import Gallery
import Inference
import SubCenter

/// A command's failure as `--json` prints it: the problem object of the service.
enum CommandProblem {
    /// The problem of a command that failed.
    static func of(_ error: any Error) -> Problem {
        if let failure = error as? CommandFailure { return Problem(failure.code, failure.reason) }
        let problem = ProblemMapping.problem(for: error)
        // Its text sends the reader to the log of a service.
        guard problem.code == .internal else { return problem }
        return Problem(isOfWhatWasGiven(error) ? .badRequest : .internal, "\(error)")
    }

    /// Whether the error is about what the command was given: its configuration, models and other files. To a
    /// service, whose client gives no such things, these are failures inside.
    private static func isOfWhatWasGiven(_ error: any Error) -> Bool {
        switch error {
        case FacesError.selfTestFailed: false
        case is ConfigurationError, is ModelStoreError, is PairsFileError, is InferenceError, is FacesError:
            true
        // Another file than a database of ours.
        case GalleryError.databaseRefused(_, .notADatabase), GalleryError.databaseRefused(_, .foreign),
            GalleryError.databaseRefused(_, .linked),
            GalleryError.databaseRefused(_, .newerSchema):
            true
        case GalleryError.restoreRefused(_, let fault):
            switch fault {
            case .isTheDatabase, .hasLog, .empty, .damaged, .inaccessible: true
            case .leftAside, .full: false
            }
        default: false
        }
    }

    /// The object, with the name of the file that it is about where it is known.
    static func json(of error: any Error) -> JSONValue {
        naming((error as? CommandFailure)?.file, of(error).json)
    }

    /// An answer or a problem with its file's name in front.
    static func naming(_ file: String?, _ value: JSONValue) -> JSONValue {
        guard let file else { return value }
        let members = [JSONObject.Member(key: "file", value: .string(file))]
        return .object(JSONObject(members + (value.objectValue?.members ?? [])))
    }
}

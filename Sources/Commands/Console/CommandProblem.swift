import FaceService

/// A command's failure as `--json` prints it: the problem object of the service.
enum CommandProblem {
    /// The problem of a command that failed.
    static func of(_ error: any Error) -> Problem {
        if let failure = error as? CommandFailure { return Problem(failure.code, failure.reason) }
        let problem = ProblemMapping.problem(for: error)
        // Its text sends the reader to the log of a service.
        guard problem.code == .internal else { return problem }
        let isAsked = error is ConfigurationError || error is ModelStoreError
        return Problem(isAsked ? .badRequest : .internal, "\(error)")
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

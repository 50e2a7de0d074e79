import FaceService

/// A failure whose text is meant for the person at the terminal; the process exits with 1.
package struct CommandFailure: Error, CustomStringConvertible {
    /// The file that it is about, if it is about one.
    let file: String?
    /// The sentence, or what follows the file's name in it; alone where the file is named already.
    let reason: String
    /// What `--json` calls it.
    let code: ProblemCode

    /// What failed, naming the file or value.
    package init(_ description: String) { self.init(file: nil, description) }

    init(file: String?, _ reason: String, code: ProblemCode = .badRequest) {
        (self.file, self.reason, self.code) = (file, reason, code)
    }

    package var description: String { file.map { $0.shown + " " + reason } ?? reason }

    /// What went wrong with a file, for a line that begins with its name.
    static func reason(of error: any Error) -> String { (error as? CommandFailure)?.reason ?? "\(error)" }
}

/// A failure after the result was printed. It is told in words alone, so that `--json` stays one object.
struct LateFailure: Error, CustomStringConvertible {
    private let cause: any Error

    init(_ cause: any Error) { self.cause = cause }

    var description: String { "\(cause)" }

    /// Runs what is left to do when the result has been printed.
    static func wrapping(_ body: () throws -> Void) throws(LateFailure) {
        do { try body() } catch { throw LateFailure(error) }
    }
}

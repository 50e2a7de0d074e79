import Encodings
import FaceService

/// Does the same with each image of a command line; a broken one does not keep the others from being
/// answered.
struct ImageLoop {
    let files: [String]
    let limit: Int
    let json: Bool
    let console: Console

    /// Prints what `answer` makes of each file: with `--json` an object a line, with the file's name in
    /// `"file"`.
    ///
    /// - Returns: the exit status: 1 when any image failed.
    func run<Answer: JSONRepresentable>(
        _ answer: ([UInt8]) async throws -> Answer, text: (Answer) -> [String]
    ) async -> Int32 {
        var status: Int32 = 0
        for file in files {
            do {
                let result = try await answer(FileBytes.image(file, limit: limit))
                if json {
                    printJSON(result.json, file: file)
                } else {
                    text(result).forEach { console.print("\(file.shown): \($0)") }
                }
            } catch {
                status = 1
                report(error, file: file)
            }
        }
        return status
    }

    private func report(_ error: any Error, file: String) {
        let problem = CommandProblem.of(error)
        if json {
            printJSON(problem.json, file: file)
        } else {
            console.note("\(file.shown): \(problem.detail)")
        }
    }

    private func printJSON(_ value: JSONValue, file: String) {
        console.print(CommandProblem.naming(file, value).jsonText())
    }
}

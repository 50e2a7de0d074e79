/// The plots and tables that are written once the figures have been printed.
struct EvaluationFiles {
    private static let options = ["--plot", "--histogram", "--scores", "--open-set-plot"]

    /// Throws where one of the files can't be written: known before minutes of work, not after.
    static func check(_ arguments: ParsedArguments) throws(CommandFailure) {
        for option in options {
            if let path = arguments.string(option) { try OutputFile(path: path).check() }
        }
    }

    private var files: [(path: String, text: () -> String)] = []

    /// Notes a file; nothing where none was asked for.
    mutating func add(_ path: String?, _ text: @autoclosure @escaping () -> String) {
        if let path { files.append((path, text)) }
    }

    /// Writes every one, though others can't be written.
    ///
    /// - Throws: `CommandFailure` that names all which could not.
    func write() throws(CommandFailure) {
        var failures: [String] = []
        for file in files {
            do throws(CommandFailure) { try OutputFile(path: file.path).write(file.text()) } catch {
                failures.append(error.description)
            }
        }
        guard failures.isEmpty else { throw CommandFailure(failures.joined(separator: "\n")) }
    }
}

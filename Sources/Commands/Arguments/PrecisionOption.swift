import Kernels

/// `--precision` of the commands that run a model.
enum PrecisionOption {
    /// All there are, for help and errors.
    static let names = Precision.allCases.map(\.rawValue).joined(separator: ", ")

    /// What is asked for, float32 where nothing is.
    static func of(_ arguments: ParsedArguments) throws(UsageError) -> Precision {
        guard let text = arguments.string("--precision") else { return .float32 }
        guard let precision = Precision(rawValue: text) else {
            throw UsageError("--precision '\(text)' is not known; there are \(names)")
        }
        return precision
    }
}

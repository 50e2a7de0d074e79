/// The arithmetic a session may be asked for.
enum Precision {
    /// Refuses every `--precision` but the one the engine has.
    static func check(_ arguments: ParsedArguments) throws(UsageError) {
        guard let asked = arguments.string("--precision"), asked != "fp32" else { return }
        throw UsageError("--precision '\(asked)' is not known; there is fp32")
    }
}

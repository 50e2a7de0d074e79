import FaceService

extension EnrolOptions {
    /// The options of `arcface enroll`.
    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.init()
        aligned = arguments.has("--aligned")
        selectsLargest = try Self.isChosen("--select", "largest", arguments)
        rejectsConflicts = try Self.isChosen("--on-conflict", "reject", arguments)
        minScore = try Self.float("--min-score", 0...1, arguments)
        minSize = try Self.float("--min-size", 0...65_536, arguments) ?? 0
        minFaceSize = try Self.float("--min-face-size", 0...65_536, arguments)
        minSharpness = try Self.float("--min-sharpness", 0...1e9, arguments)
        maxYaw = try Self.float("--max-yaw", 0...180, arguments)
        maxPitch = try Self.float("--max-pitch", 0...180, arguments)
        maxRoll = try Self.float("--max-roll", 0...180, arguments)
    }

    private static func float(
        _ name: String, _ range: ClosedRange<Double>, _ arguments: ParsedArguments
    ) throws(UsageError) -> Float? { try arguments.double(name, in: range).map { Float($0) } }

    /// Whether an option that knows one word has it.
    private static func isChosen(
        _ name: String, _ word: String, _ arguments: ParsedArguments
    ) throws(UsageError) -> Bool {
        guard let given = arguments.string(name) else { return false }
        guard given == word else { throw UsageError("\(name) '\(given)' is not known; there is \(word)") }
        return true
    }
}

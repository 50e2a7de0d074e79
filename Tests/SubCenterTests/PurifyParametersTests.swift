import SubCenter
import Testing

@Suite struct PurifyParametersTests {
    private typealias Change = @Sendable (inout PurifyParameters) -> Void

    private static let outside: [(String, Change)] = [
        ("sub_centers", { @Sendable in $0.subCenters = 0 }),
        ("sub_centers", { @Sendable in $0.subCenters = 17 }),
        ("threshold_degrees", { @Sendable in $0.threshold = .fixed(0) }),
        ("threshold_degrees", { @Sendable in $0.threshold = .fixed(180.1) }),
        ("threshold_degrees", { @Sendable in $0.threshold = .fixed(.nan) }),
        ("merge_degrees", { @Sendable in $0.mergeDegrees = -1 }),
        ("merge_degrees", { @Sendable in $0.mergeDegrees = .infinity }),
        ("duplicate_cosine", { @Sendable in $0.duplicateCosine = 0 }),
        ("duplicate_cosine", { @Sendable in $0.duplicateCosine = 1.01 }),
        ("ambiguity_ratio", { @Sendable in $0.ambiguityRatio = .nan }),
        ("possible_duplicate_degrees", { @Sendable in $0.possibleDuplicateDegrees = 181 }),
        ("possible_duplicate_limit", { @Sendable in $0.possibleDuplicateLimit = -1 }),
    ]

    @Test func `the defaults are valid and those of the interface`() throws {
        let parameters = PurifyParameters()
        try parameters.validate()
        #expect(parameters.method == .evidence)
        #expect(parameters.subCenters == 3)
        #expect(parameters.threshold == .fixed(75))
        #expect(parameters.mergeDegrees == 60)
        #expect(parameters.seed == 0)
    }

    @Test(arguments: outside.indices)
    func `a value outside its range is refused by its field's name`(index: Int) {
        let field = Self.outside[index].0
        var parameters = PurifyParameters()
        Self.outside[index].1(&parameters)
        let error = #expect(throws: PurifyError.self) { try Purifier().purify([], parameters: parameters) }
        guard case .invalidParameter(let named, let value, let allowed) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(named == field)
        #expect(!value.isEmpty && !allowed.isEmpty)
        #expect(error?.description == "\(field) is \(value), allowed is \(allowed)")
    }

    @Test func `the ends of the ranges are allowed`() throws {
        var parameters = PurifyParameters()
        parameters.subCenters = 16
        parameters.threshold = .fixed(180)
        parameters.mergeDegrees = 0
        parameters.duplicateCosine = 1
        parameters.ambiguityRatio = 1
        parameters.possibleDuplicateLimit = 0
        try parameters.validate()
    }
}

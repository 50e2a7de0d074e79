/// A method with parameters, as the benchmark compares them.
package struct PurifyContender: Sendable {
    package let name: String
    package let parameters: PurifyParameters

    package init(
        _ name: String, _ method: PurifyMethod, _ change: (inout PurifyParameters) -> Void = { _ in }
    ) {
        self.name = name
        var parameters = PurifyParameters(method: method)
        change(&parameters)
        self.parameters = parameters
    }

    /// The mean center (one sub-center, every face a vote) and every method; `auto` is a threshold found in
    /// the gallery.
    package static let all: [PurifyContender] = [
        PurifyContender("mean center, 75", .paper) { $0.subCenters = 1 },
        PurifyContender("paper", .paper), PurifyContender("kmeans", .kmeans),
        PurifyContender("kmeans, auto", .kmeans) { $0.threshold = .auto },
        PurifyContender("trained", .trained),
        PurifyContender("trained, auto", .trained) { $0.threshold = .auto },
        PurifyContender("evidence", .evidence),
    ]
}

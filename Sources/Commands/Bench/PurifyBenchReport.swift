import SubCenter

/// What `arcface bench purify` prints, with the keys of `--json`.
struct PurifyBenchReport: Encodable {
    /// People enrolled, and galleries made of them for each scenario.
    let people, seeds: Int
    let half: String
    let results: [Row]

    /// A method in a scenario, all seeds together. Shares are nil where nothing is wrong.
    struct Row: Encodable {
        let scenario, method: String
        let noiseRemoved, cleanKept, f1, f1OfDecided: Double?
        let ambiguous: Int
        let seconds: Double

        init(scenario: String, method: String, score: NoiseScore, seconds: Double) {
            (self.scenario, self.method, self.seconds) = (scenario, method, seconds)
            (noiseRemoved, cleanKept) = (score.noiseRemoved, score.cleanKept)
            (f1, f1OfDecided, ambiguous) = (score.f1, score.f1OfDecided, score.ambiguous)
        }

        enum CodingKeys: String, CodingKey {
            case scenario, method, f1, ambiguous, seconds
            case noiseRemoved = "noise_removed"
            case cleanKept = "clean_kept"
            case f1OfDecided = "f1_of_decided"
        }

        /// A row of the table, in percent.
        var text: String {
            let cells = [
                scenario, method, percent(noiseRemoved), percent(cleanKept), percent(f1),
                percent(f1OfDecided),
                "\(ambiguous)", seconds.fixed(2),
            ]
            return "| " + cells.joined(separator: " | ") + " |"
        }

        private func percent(_ share: Double?) -> String { share.map { ($0 * 100).fixed(2) } ?? "-" }
    }

    static let heading = """
        | scenario | method | noise removed % | clean kept % | F1 % | F1 of decided % | ambiguous | seconds |
        | --- | --- | --- | --- | --- | --- | --- | --- |
        """
}

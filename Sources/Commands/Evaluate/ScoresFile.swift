import SubCenter

/// Every pair's similarity as a table, for other tools to work with.
enum ScoresFile {
    /// Columns `first`, `second`, `same` (1 or 0), `similarity`; -1 where a face was not found.
    static func text(_ pairs: PairsFile, _ trials: [VerificationTrial]) -> String {
        let lines = zip(pairs.pairs, trials).map { pair, trial in
            "\(pair.first.relativePath)\t\(pair.second.relativePath)\t\(pair.same ? 1 : 0)\t\(trial.similarity)"
        }
        return (["first\tsecond\tsame\tsimilarity"] + lines).joined(separator: "\n") + "\n"
    }
}

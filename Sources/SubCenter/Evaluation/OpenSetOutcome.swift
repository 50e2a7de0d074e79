/// What a search answered for every probe of an open-set test.
package struct OpenSetOutcome: Sendable {
    /// One probe and the best identity it found.
    struct Trial: Sendable {
        let person: Int
        let isMated: Bool
        let similarity: Float
        /// The best identity is the person's own.
        let isRight: Bool
    }

    /// Enrolled identities and their faces.
    package let identities: Int
    package let faces: Int
    let trials: [Trial]

    /// Probes of enrolled people, and of strangers.
    package var matedProbes: Int { trials.count(where: \.isMated) }
    package var strangerProbes: Int { trials.count - matedProbes }

    /// The share of mated probes whose best identity is the right one, whatever its score; nil without any.
    package var rankOneRate: Double? {
        matedProbes > 0 ? Double(trials.count { $0.isMated && $0.isRight }) / Double(matedProbes) : nil
    }

    /// Identification as a verification test: a mated probe is genuine and scores nothing where the best
    /// identity is another's, a stranger is an impostor. Then the false accept rate is the false positive
    /// identification rate (FPIR) and one less the true accept rate is the false negative one (FNIR, at rank
    /// 1).
    package var metrics: VerificationMetrics { VerificationMetrics(verificationTrials) }

    package func intervals(_ bootstrap: PersonBootstrap, falsePositiveRates: [Double]) -> BootstrapIntervals?
    {
        bootstrap.intervals(
            verificationTrials, people: trials.map { ($0.person, $0.person) }, threshold: 0,
            falseAcceptRates: falsePositiveRates)
    }

    private var verificationTrials: [VerificationTrial] {
        trials.map { trial in
            trial.isMated && !trial.isRight
                ? .faceNotFound(same: true)
                : VerificationTrial(similarity: trial.similarity, same: trial.isMated)
        }
    }
}

/// A method of purification: everything up to which faces go. What is told about them is the same for all.
protocol PurifyRule: Sendable {
    /// Units of progress that `judge` reports for each face.
    var workPerFace: Int { get }

    /// Groups the faces of every identity and says which to set aside. The answer must not depend on the
    /// number of threads of `run.map`.
    func judge(_ run: PurifyRun, _ progress: PurifyProgress) throws(PurifyError) -> Judgement
}

/// What a method found.
struct Judgement: Sendable {
    /// One an identity, in the input's order.
    let analyses: [IdentityAnalysis]
    /// For each identity the faces that do not belong to it, ascending. Faces of identities that are not to
    /// be judged may be among them.
    let outliers: [[Int]]
    /// The angle to a center under which an identity accepts a face.
    let threshold: UsedThreshold
}

/// A threshold found in a gallery's own angles.
///
/// Genuine angles are those of every face to its own dominant center, impostor angles those of faces to other
/// identities' dominant centers. The threshold is where the share of genuine angles at or above it plus the
/// share of impostor angles below it is least (Youden's index), in the middle of the range where that is so.
/// Wrongly enrolled faces among the genuine ones don't move it: they lie where impostors lie, so they add the
/// same to the sum wherever impostors are counted correctly.
struct ThresholdEstimate {
    /// Used when there is too little to go by.
    static let fallback = 75.0
    /// What comes out is held to this: below it clean faces would go, above it strangers are near.
    static let range = 50.0...85.0
    static let leastGenuine = 200
    static let leastImpostors = 1_000

    let threshold: UsedThreshold

    init(genuine: [Double], impostors: [Double]) {
        let isEnough = genuine.count >= Self.leastGenuine && impostors.count >= Self.leastImpostors
        let degrees =
            isEnough
            ? min(
                Self.range.upperBound,
                max(Self.range.lowerBound, Self.youden(genuine.sorted(), impostors.sorted())))
            : Self.fallback
        threshold = UsedThreshold(
            degrees: degrees, source: isEnough ? .auto : .default, genuine: genuine.count,
            impostors: impostors.count)
    }

    /// Errors are tried at every tenth of a degree; both lists ascend.
    private static func youden(_ genuine: [Double], _ impostors: [Double]) -> Double {
        var best = (cost: Double.infinity, first: 0, last: 0)
        var below = (genuine: 0, impostors: 0)
        for step in 0...1_800 {
            let angle = Double(step) / 10
            while below.genuine < genuine.count && genuine[below.genuine] < angle { below.genuine += 1 }
            while below.impostors < impostors.count && impostors[below.impostors] < angle {
                below.impostors += 1
            }
            let rejected = 1 - Double(below.genuine) / Double(genuine.count)
            let cost = rejected + Double(below.impostors) / Double(impostors.count)
            if cost < best.cost {
                best = (cost, step, step)
            } else if cost == best.cost && best.last == step - 1 {
                best.last = step
            }
        }
        return Double(best.first + best.last) / 20
    }
}

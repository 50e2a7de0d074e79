/// A threshold of a recogniser as it was calibrated.
package struct OperatingPoint: Sendable, Equatable {
    /// Share of the pairs of two people that the threshold lets pass, over 0 and up to 1.
    package var falseMatchRate: Float
    /// Cosine.
    package var threshold: Float
    /// Share of the pairs of one person that the threshold lets pass, where it was measured.
    package var trueMatchRate: Float?

    package init(falseMatchRate: Float, threshold: Float, trueMatchRate: Float? = nil) {
        self.falseMatchRate = falseMatchRate
        self.threshold = threshold
        self.trueMatchRate = trueMatchRate
    }
}

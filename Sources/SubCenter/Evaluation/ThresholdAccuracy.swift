/// A similarity threshold and the share of pairs that it decides rightly.
package struct ThresholdAccuracy: Sendable, Equatable {
    package let threshold: Float
    package let accuracy: Double
}

/// Who a probe might be.
package struct SearchAnswer: Sendable, Equatable {
    /// Distinct identities at or above the threshold, best first; equals in order of their enrolment.
    package let matches: [IdentityMatch]
    /// The best similarity there was, where it missed the threshold; `nil` with a match and without faces.
    package let bestBelow: Float?
    /// The first identity's similarity minus the second's, whether the second reaches the threshold or not;
    /// `nil` without a match or without a second identity.
    package let margin: Float?
}

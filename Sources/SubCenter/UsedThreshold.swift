/// The angle that a purification went by, and what it was found from.
package struct UsedThreshold: Sendable, Equatable {
    /// The raw values are those of the HTTP interface.
    package enum Source: String, Sendable, CaseIterable {
        /// By whoever asked.
        case given
        /// In the gallery's own scores.
        case auto
        /// It was to be found, but the gallery has too few scores to find one.
        case `default`
    }

    package let degrees: Double
    package let source: Source
    /// Scores of one person and of two that there were to go by; 0 where it was given.
    package let genuine: Int
    package let impostors: Int

    package init(degrees: Double, source: Source, genuine: Int = 0, impostors: Int = 0) {
        (self.degrees, self.source) = (degrees, source)
        (self.genuine, self.impostors) = (genuine, impostors)
    }
}

/// What a key allows; each includes the ones before it.
package enum KeyScope: String, Sendable, CaseIterable, Comparable {
    /// Detect, embed, verify, identify, and read galleries.
    case recognize
    /// Also write galleries.
    case enroll
    /// Everything.
    case admin

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self)! }
}

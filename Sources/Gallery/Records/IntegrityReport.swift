/// What `check()` found.
package struct IntegrityReport: Sendable, Equatable {
    package let galleries: Int
    package let faces: Int
    /// One sentence a fault, without personal data; empty when all is well.
    package let problems: [String]
}

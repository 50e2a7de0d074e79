/// What a job does; the raw value is what the database keeps and clients see, so it never changes.
package enum JobKind: String, Sendable, CaseIterable {
    case purify, calibrate, invert
}

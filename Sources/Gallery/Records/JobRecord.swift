package import Encodings

/// A long piece of work on a gallery and how far it got.
package struct JobRecord: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        case queued, running, succeeded, failed, cancelled

        /// Nothing will change any more.
        package var isFinal: Bool { self != .queued && self != .running }
    }

    package let id: JobID
    /// A `JobKind`, or one of another version of the program: it is shown as it stands, and nobody works on
    /// it.
    package let kind: String
    package let gallery: GalleryName?
    package let state: State
    /// 0 to 1.
    package let progress: Double
    package let parameters: JSONObjectText
    /// In lists its summary, where it has one.
    package let report: JSONObjectText?
    package let error: String?
    package let createdAt: Timestamp
    package let startedAt: Timestamp?
    package let finishedAt: Timestamp?
}

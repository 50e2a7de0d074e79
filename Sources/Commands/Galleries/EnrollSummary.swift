/// What `arcface enroll` reports, with the keys of its `--json`.
struct EnrollSummary: Encodable {
    /// An image that was not enrolled.
    struct Rejection: Encodable {
        let file, code, detail: String
    }

    let gallery: String
    /// What was never looked at.
    let skipped: [SkippedEntry]
    var identities = 0
    var enrolled = 0
    var duplicates = 0
    var rejected: [Rejection] = []
    /// Images that the run did not come to.
    var left: Int
    /// What the run broke off for; everything else is then what was done before.
    var error: String?
    /// The signal that it broke off for.
    var signal: String?

    init(gallery: String, folders: PersonFolders) {
        self.gallery = gallery
        skipped = folders.skipped
        left = folders.people.reduce(0) { $0 + $1.files.count }
    }

    /// The summary as a line for a person.
    var text: String {
        let counts = Dictionary(grouping: skipped, by: \.kind).mapValues(\.count)
        let kinds = SkippedEntry.Kind.allCases.compactMap { kind in counts[kind].map(kind.counted) }
        return
            "\(gallery): \(enrolled) faces enrolled for \(identities) identities, \(duplicates) were there before, "
            + "\(rejected.count) images rejected"
            + (kinds.isEmpty ? "" : ", skipped: " + kinds.joined(separator: ", "))
            + (left == 0 ? "" : "; \(left) images left")
            + (signal.map { ", for \($0) came" } ?? "")
    }

    /// Whether faces of the folder are in the gallery now and no folder was refused.
    var isGood: Bool {
        error == nil && enrolled + duplicates > 0 && !skipped.contains { $0.kind == .folder }
    }
}

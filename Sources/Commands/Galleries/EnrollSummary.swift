/// What `arcface enroll` reports, with the keys of its `--json`.
struct EnrollSummary: Encodable {
    /// An image that was not enrolled.
    struct Rejection: Encodable {
        let file, code, detail: String
    }

    let gallery: String
    var identities = 0
    var enrolled = 0
    var duplicates = 0
    var rejected: [Rejection] = []

    /// The summary as a line for a person.
    var text: String {
        "\(gallery): \(enrolled) faces enrolled for \(identities) identities, \(duplicates) were there before, "
            + "\(rejected.count) images rejected"
    }
}

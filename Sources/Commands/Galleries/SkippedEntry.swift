/// Something in a folder of folders that is no identity's image.
struct SkippedEntry: Encodable {
    enum Kind: String, Encodable, CaseIterable {
        /// A folder that can be no identity's, or cannot be read.
        case folder
        /// A folder within an identity's.
        case nestedFolder = "nested_folder"
        /// A file beside the identities' folders.
        case looseFile = "loose_file"
        /// A file of an identity whose name is not UTF-8.
        case fileName = "file_name"

        /// What they are called in a summary.
        func counted(_ count: Int) -> String {
            let noun =
                switch self {
                case .folder: "folder"
                case .nestedFolder: "nested folder"
                case .looseFile: "loose file"
                case .fileName: "misnamed file"
                }
            return "\(count) \(noun)" + (count == 1 ? "" : "s")
        }

        fileprivate var reason: String {
            switch self {
            case .folder: "it can't be an identity's folder"
            case .nestedFolder: "a folder within an identity's is not looked into"
            case .looseFile: "it lies beside the folders and is no identity's"
            case .fileName: "its name is not UTF-8"
            }
        }
    }

    /// With what is no text in it escaped.
    let path: String
    let kind: Kind
    let detail: String

    init(_ path: String, _ kind: Kind, _ detail: String? = nil) {
        (self.path, self.kind) = (path, kind)
        self.detail = detail ?? kind.reason
    }

    /// The line for a person.
    var text: String { "\(path): skipped: \(detail)" }
}

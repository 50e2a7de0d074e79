/// The path of a data file from its model's folder on; by its text it never leaves that folder.
struct ExternalLocation: Hashable {
    /// Components joined by slashes, `.` left out, so that two ways to write a path are one file.
    let path: String

    /// What Linux takes in one path.
    private static let maximumBytes = 4_095

    init(_ text: String) throws(ExternalFault) {
        guard !text.isEmpty else { throw ExternalFault("external_data has an empty location") }
        guard text.utf8.count <= ExternalLocation.maximumBytes, !text.utf8.contains(0) else {
            throw ExternalFault("external_data has a location that is no path")
        }
        guard !text.hasPrefix("/") else {
            throw ExternalFault(
                "its data file \"\(text)\" is an absolute path, and must be in the model's folder")
        }
        let components = text.split(separator: "/").filter { $0 != "." }
        guard !components.isEmpty, !components.contains("..") else {
            throw ExternalFault("its data file \"\(text)\" is not in the model's folder")
        }
        path = components.joined(separator: "/")
    }
}

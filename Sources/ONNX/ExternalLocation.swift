/// The path of a data file from its model's folder on; by its text it never leaves that folder.
struct ExternalLocation: Hashable {
    /// Components joined by slashes, `.` left out, so that two ways to write a path are one file.
    let path: String

    /// What Linux takes in one path.
    private static let maximumBytes = 4_095
    private static let slash = UInt8(ascii: "/")

    init(_ text: String) throws(ExternalFault) {
        guard !text.isEmpty else { throw ExternalFault("external_data has an empty location") }
        guard text.utf8.count <= ExternalLocation.maximumBytes, !text.utf8.contains(0) else {
            throw ExternalFault("external_data has a location that is no path")
        }
        guard text.utf8.first != ExternalLocation.slash else {
            throw ExternalFault(
                "its data file \"\(text)\" is an absolute path, and must be in the model's folder")
        }
        // By bytes, as the system reads it: a slash before a combining mark is no `Character` of its own.
        let components = text.utf8.split(separator: ExternalLocation.slash).map { String($0) ?? "" }
            .filter { $0 != "." }
        guard !components.isEmpty, !components.contains(".."), !components.contains("") else {
            throw ExternalFault("its data file \"\(text)\" is not in the model's folder")
        }
        path = components.joined(separator: "/")
    }
}

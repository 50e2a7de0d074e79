/// The files of a folder and of all folders within it.
struct PhotographFolder {
    /// In order of their paths.
    private(set) var files: [String] = []
    /// What was passed over, a line each.
    private(set) var skipped: [String] = []

    /// A deeper tree is rather a link that leads back up.
    private static let deepest = 32

    /// - Throws: `CommandFailure` when the folder itself cannot be listed.
    init(at path: String) throws(CommandFailure) {
        try list(path, depth: 0)
    }

    private mutating func list(_ path: String, depth: Int) throws(CommandFailure) {
        for entry in try FolderEntry.visible(in: path) {
            let place = path + "/" + entry.shownName
            guard let name = entry.name else {
                skipped.append("\(place): skipped: its name is not UTF-8")
                continue
            }
            guard entry.isFolder else {
                files.append(path + "/" + name)
                continue
            }
            guard depth < Self.deepest else {
                skipped.append("\(place): skipped: more than \(Self.deepest) folders deep")
                continue
            }
            do { try list(path + "/" + name, depth: depth + 1) } catch {
                skipped.append("\(place): skipped: \(error)")
            }
        }
    }
}

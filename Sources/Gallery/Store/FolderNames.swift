import Glibc

/// The names in a folder.
enum FolderNames {
    /// In no order, `.` and `..` among them; none where the folder can't be read.
    static func read(_ folder: String) -> [String] {
        guard let entries = opendir(folder) else { return [] }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }

    /// Brings the names in a folder to the disk.
    static func sync(_ folder: String) throws(RestoreFault) {
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw RestoreFault(errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw RestoreFault(errno: errno) }
    }
}

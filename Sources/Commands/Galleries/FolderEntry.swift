import Files
import Foundation

/// An entry of a folder by the bytes of its name: Foundation passes over a name that is not UTF-8 without a
/// word.
struct FolderEntry {
    private let bytes: [UInt8]
    /// Of a link what it points to counts.
    let isFolder: Bool

    /// Nil where the name is not UTF-8.
    var name: String? { String(validating: bytes, as: UTF8.self) }

    /// The name for a message.
    var shownName: String { String(escaped: bytes) }

    /// The entries of the folder at `path` that are not hidden, by the bytes of their names.
    static func visible(in path: String) throws(CommandFailure) -> [FolderEntry] {
        guard let folder = opendir(path) else { throw failure(path, errno) }
        defer { closedir(folder) }
        var entries: [FolderEntry] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else { break }
            // The record ends with the name: to read the whole array of the header would be to read past its
            // end.
            let name = (UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \.d_name)!)
                .assumingMemoryBound(to: CChar.self)
            guard name.pointee != CChar(UInt8(ascii: ".")) else { continue }
            var status = stat()
            let isFolder = fstatat(dirfd(folder), name, &status, 0) == 0 && status.st_mode & S_IFMT == S_IFDIR
            entries.append(
                FolderEntry(
                    bytes: Array(UnsafeRawBufferPointer(start: name, count: strlen(name))), isFolder: isFolder
                ))
        }
        guard errno == 0 else { throw failure(path, errno) }
        return entries.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    private static func failure(_ path: String, _ code: Int32) -> CommandFailure {
        CommandFailure(file: path, "cannot be listed: \(systemReason(code))")
    }
}
